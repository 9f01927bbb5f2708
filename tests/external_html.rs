//! The HTML report in a real browser. Run by `make test-external`; needs chromium and chromedriver.
//!
//! With `SHOTS=folder` the pictures that the tests take are kept there, to be looked at.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

#[path = "html/document.rs"]
#[expect(dead_code, reason = "the browser reads the document here")]
mod document;
#[path = "external/driver.rs"]
mod driver;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use self::driver::Browser;

/// WebDriver's names of keys.
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const RIGHT: &str = "\u{e014}";

/// A session whose every text tries to be markup, to run, or to change how others are read.
const HOSTILE: &[u8] = b"# time=2026-11-22T08:00:00Z from=192.0.2.66:5060 to=192.0.2.9:5060 transport=udp\n\
INVITE sip:bob@example.com SIP/2.0\r\n\
Via: SIP/2.0/UDP 192.0.2.66:5060;branch=z9hG4bKx\r\n\
Max-Forwards: 70\r\n\
To: <sip:bob@example.com>\r\n\
From: \"<b>bold</b> \xe2\x80\xae\xff\" <sip:alice@example.com>;tag=<i>\r\n\
Call-ID: </script><script>window.hit=1</script>\r\n\
CSeq: 1 INVITE\r\n\
Subject: <img src=x onerror=window.hit=2>\r\n\
Contact: <javascript:window.hit=3>\r\n\
Accept-Contact: *;+g.oma.sip-im;<svg/onload=window.hit=4>\r\n\
User-Agent: <a href=javascript:window.hit=5>IM-client</a>\r\n\
Content-Type: text/html\r\n\
Content-Length: 34\r\n\r\n\
<script>window.hit=6;</script>....";

fn sipclause(folder: &Path, arguments: &[&str]) {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("sipclause"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1 | 4)), "{arguments:?}: {output:?}");
}

/// A folder with `report.html` about conforming sessions, sessions with each of a few faults, and the hostile one.
fn report(each: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for scenario in ["one-to-one", "ad-hoc", "pre-established", "extension"] {
        sipclause(at, &["compose", scenario, "--count", each, "-o", &format!("{scenario}.pcap")]);
    }
    for fault in ["via-missing", "session-expires-with-unit", "privacy-none"] {
        sipclause(
            at,
            &["compose", "one-to-one", "--fault", fault, "--count", "3", "-o", &format!("{fault}.pcap")],
        );
    }
    fs::write(at.join("hostile.sip"), HOSTILE).unwrap();
    fs::write(at.join("other.sip"), sent_twice(HOSTILE)).unwrap();
    sipclause(at, &["check", ".", "--quiet", "--output", "html=report.html"]);
    let file = at.join("report.html");
    (folder, file)
}

/// A session like it, whose INVITE is sent twice.
fn sent_twice(session: &[u8]) -> Vec<u8> {
    let once = String::from_utf8_lossy(session).replace("window.hit=1", "window.hit=7");
    let again = once.replace("08:00:00Z", "08:00:00.5Z");
    format!("\n{once}\n{again}").into_bytes()
}

/// Opens a file, and holds at the end that the console is empty and that nothing but the file was asked for.
struct Watched {
    browser: Browser,
    file: PathBuf,
}

impl Watched {
    fn open(file: &Path, hash: &str) -> Self {
        let browser = Browser::start(1440, 900);
        browser.open(file, hash);
        Self { browser, file: file.to_owned() }
    }

    fn shot(&self, name: &str) {
        let picture = self.browser.picture();
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
        if let Some(folder) = std::env::var_os("SHOTS") {
            fs::write(Path::new(&folder).join(name).with_extension("png"), picture).unwrap();
        }
    }

    fn end(self) {
        let (complaints, requests) = self.browser.complaints_and_requests();
        assert_eq!(complaints, Vec::<String>::new());
        let others: Vec<_> = requests
            .iter()
            .filter(|url| !url.starts_with(&format!("file://{}", self.file.display())))
            .collect();
        assert!(others.is_empty() && !requests.is_empty(), "{requests:?}");
    }
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn a_click_on_a_cell_opens_the_session_and_back_leads_back() {
    let (_folder, file) = report("3");
    let page = Watched::open(&file, "");
    let browser = &page.browser;
    assert_eq!(browser.count("#matrix tbody tr[data-row]"), 25);
    assert_eq!(browser.count("#matrix thead th[scope=col]"), 59);
    page.shot("overview");
    browser.click("#matrix tbody td.F");
    assert!(browser.hash().starts_with("#/s/"), "{}", browser.hash());
    assert_eq!(browser.script("return document.activeElement.className"), "card F here");
    assert!(browser.count("mark.F, .badge.F.caret") > 0);
    assert!(browser.count(".ladder tbody svg") > 0);
    assert_eq!(browser.count(".verdicts tbody tr"), 58);
    page.shot("session-finding");
    browser.click(".card a[href*='/x/']");
    assert!(browser.script("return document.activeElement.id").as_str().unwrap().starts_with("mark-"));
    browser.back();
    browser.back();
    assert_eq!(browser.hash(), "");
    assert_eq!(browser.script("return document.activeElement.className"), "v F");
    assert_eq!(browser.count("#session > *"), 0, "what nobody looks at is not there");
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn filters_reduce_rows_and_columns_and_stand_in_the_address() {
    let (_folder, file) = report("3");
    let page = Watched::open(&file, "");
    let browser = &page.browser;
    let rows = || browser.count("#matrix tbody tr[data-row]");
    let choose = |id: &str, value: &str| {
        browser.script(&format!(
            "const field = document.getElementById('{id}'); field.value = '{value}'; field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        ))
    };
    choose("by-verdict", "shall");
    let failed = rows();
    assert!((1..25).contains(&failed), "{failed}");
    choose("by-clause", "6.2.1.1-0");
    assert_eq!(browser.count("#matrix thead th.clause"), 1);
    assert!((1..=failed).contains(&rows()));
    assert_eq!(browser.hash(), "#/?clause=6.2.1.1-0&verdict=shall");
    browser.click("button[type=reset]");
    assert_eq!(rows(), 25);
    choose("by-text", "via-missing");
    assert_eq!(rows(), 3);
    choose("by-text", "javascript:");
    assert_eq!(rows(), 2, "the User-Agent is looked at too");
    assert_eq!(browser.text("#shown"), "2 of 25 sessions, 58 of 58 clauses");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(browser.text("#live"), "2 of 25 sessions, 58 of 58 clauses");
    choose("by-text", "nothing has this");
    assert_eq!(rows(), 0);
    browser.open(&file, "#/list?text=via-missing");
    browser.reload();
    assert_eq!(browser.count("#list tbody a"), 3);
    page.shot("list");
    browser.open(&file, "#/clauses");
    assert_eq!(browser.count("#clauses tbody tr"), 58);
    browser.click("#clauses td.v.F a");
    assert!(browser.hash().starts_with("#/list?clause="), "{}", browser.hash());
    assert!(browser.count("#list tbody a") > 0);
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn the_keyboard_alone_is_enough() {
    let (_folder, file) = report("3");
    let page = Watched::open(&file, "");
    let browser = &page.browser;
    let focused = |what: &str| browser.script(&format!("return document.activeElement.{what}"));
    browser.press("/");
    assert_eq!(focused("id"), "by-text");
    browser.press("via-missing");
    assert_eq!(browser.count("#matrix tbody tr[data-row]"), 3);
    browser.press(ESCAPE);
    assert_eq!(browser.count("#matrix tbody tr[data-row]"), 25);
    browser.press(ESCAPE);
    assert_eq!(focused("tagName"), "BODY");
    browser.press("?");
    assert_eq!(browser.script("return document.getElementById('keys').open"), true);
    page.shot("keys");
    browser.press(ESCAPE);
    assert_eq!(browser.script("return document.getElementById('keys').open"), false);
    assert_eq!(browser.count("#matrix td[tabindex='0']"), 1, "one stop of the Tab key for all cells");
    browser.script("document.querySelector(\"#matrix td[tabindex='0']\").focus()");
    browser.press(&[DOWN, DOWN, RIGHT].concat());
    assert_eq!(browser.script("const cell = document.activeElement; return [Number(cell.parentElement.dataset.row), cell.cellIndex]"), json!([2, 2]));
    assert!(!browser.text("#peek").is_empty());
    browser.press(ENTER);
    assert!(browser.hash().starts_with("#/s/"), "{}", browser.hash());
    browser.press("n");
    assert!(browser.hash().ends_with("/f/1"), "{}", browser.hash());
    let here = browser.hash();
    browser.press("j");
    assert_ne!(browser.hash(), here);
    browser.press(ESCAPE);
    assert_eq!(browser.hash(), "#/");
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn hostile_texts_stay_texts() {
    let (_folder, file) = report("1");
    let page = Watched::open(&file, "#/list?text=window.hit");
    let browser = &page.browser;
    assert_eq!(browser.text("#list tbody a"), "</script><script>window.hit=1</script>");
    for which in ["1", "2"] {
        browser.script(&format!(
            "location.hash = document.querySelectorAll('#list tbody a')[{which} - 1].getAttribute('href')"
        ));
        let text = browser.text("#session");
        for hostile in [
            "<img src=x onerror=window.hit=2>",
            "<b>bold</b>",
            "javascript:window.hit=3",
            "<svg/onload=window.hit=4>",
        ] {
            assert!(text.contains(hostile), "{hostile}");
        }
        assert!(
            text.contains("\\u{202e}") && !text.contains('\u{202e}') && !text.contains("window.hit=6"),
            "{text}"
        );
        assert!(text.contains("body of ") && text.contains("(text/html) not shown"), "{text}");
        page.shot(&format!("hostile-{which}"));
        assert_eq!(
            browser.count(
                "img, iframe, object, #session script, #session b b, #session i, a[href^='javascript']"
            ),
            0
        );
        browser.back();
    }
    assert_eq!(browser.script("return window.hit"), Value::Null);
    assert_eq!(browser.count("a:not([href^='#/'])"), 0, "no address comes from a message");
    page.end();
}

/// The lowest contrast of a text with what is behind it, and that text. WCAG 2.1, 1.4.3.
const CONTRAST: &str = r#"
    const parse = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = ([r, g, b]) => { const f = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
    const behind = (element) => { for (; element; element = element.parentElement) { const color = parse(getComputedStyle(element).backgroundColor); if (color.length < 4 || color[3] === 1) return color; } return [255, 255, 255]; };
    let worst = [99, ''];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, .unseen, option, text, .skip')) continue;
        const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < worst[0]) worst = [ratio, `${element.tagName}.${element.className}: ${walker.currentNode.data}`];
    }
    return worst;
"#;

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn light_and_dark_wide_and_narrow_and_paper_can_be_read() {
    let (_folder, file) = report("3");
    let page = Watched::open(&file, "");
    let browser = &page.browser;
    let session = browser.script("return document.querySelector('#matrix tbody a').getAttribute('href')");
    let session = session.as_str().unwrap();
    for (width, height, size) in [(1440, 900, "wide"), (390, 844, "narrow")] {
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
        for scheme in ["light", "dark"] {
            browser.devtools(
                "Emulation.setEmulatedMedia",
                json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}),
            );
            for (hash, name) in
                [("#/", "overview"), ("#/list", "list"), ("#/clauses", "clauses"), (session, "session")]
            {
                browser.script(&format!("location.hash = '{hash}'"));
                let name = format!("{name}-{scheme}-{size}");
                let worst = browser.script(CONTRAST);
                assert!(worst[0].as_f64().unwrap() >= 4.5, "{name}: {worst}");
                let beyond = browser.script(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
                );
                assert_eq!(beyond, 0, "{name} is wider than the window");
                page.shot(&name);
                if hash.starts_with("#/s/") {
                    browser.script("document.getElementById('messages').scrollIntoView()");
                    page.shot(&format!("{name}-messages"));
                }
            }
        }
    }
    for (hash, name) in [("#/", "overview"), (session, "session")] {
        browser.script(&format!("location.hash = '{hash}'"));
        let paper = browser.paper();
        assert!(paper.starts_with(b"%PDF") && paper.len() > 10_000, "{name}");
        if let Some(folder) = std::env::var_os("SHOTS") {
            fs::write(Path::new(&folder).join(name).with_extension("pdf"), paper).unwrap();
        }
    }
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn a_reader_of_the_screen_finds_names_and_headers() {
    let (_folder, file) = report("1");
    let page = Watched::open(&file, "");
    let browser = &page.browser;
    for hash in ["#/", "#/list", "#/clauses", "#/s/0"] {
        browser.script(&format!("location.hash = '{hash}'"));
        let nameless = "return [...document.querySelectorAll('a, button, input, select, summary, table, section')].filter((element) => element.checkVisibility() && !(element.textContent.trim() || element.ariaLabel || element.labels?.length)).map((element) => element.outerHTML)";
        assert_eq!(browser.script(nameless), json!([]), "{hash}");
        assert_eq!(browser.count("main:not([hidden])"), 1);
        assert_eq!(browser.count("th:not([scope])"), 0, "{hash}");
        let ids = "const ids = [...document.querySelectorAll('[id]')].map((element) => element.id); return ids.filter((id, place) => ids.indexOf(id) !== place)";
        assert_eq!(browser.script(ids), json!([]), "{hash}: each id once");
    }
    browser.script("location.hash = '#/'");
    assert_eq!(browser.script("return document.querySelector('#matrix td.P').ariaLabel"), "pass");
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn a_session_of_thousands_of_messages_shows_those_that_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let text = |number: u32| {
        let method = if number == 0 { "INVITE" } else { "MESSAGE" };
        format!(
            "{method} sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\r\nTo: <sip:b@x>\r\nFrom: <sip:a@x>;tag=a\r\n\
             Call-ID: long\r\nCSeq: {number} {method}\r\nAccept-Contact: *;+g.oma.sip-im\r\nContent-Length: 0\r\n\r\n"
        )
    };
    fs::write(folder.path().join("long.sip"), (0..5_000).map(text).collect::<String>()).unwrap();
    sipclause(folder.path(), &["check", "long.sip", "--quiet", "--output", "html=report.html"]);
    let page = Watched::open(&folder.path().join("report.html"), "#/s/0");
    let browser = &page.browser;
    assert_eq!(browser.text("#ladder-title"), "Ladder of 5,000 messages");
    let blocks = || browser.count("details.message");
    assert_eq!((blocks(), browser.text("#later").as_str()), (100, "100 of 4,900 later messages"));
    assert!(browser.count(".ladder tbody tr") < 100);
    browser.script("location.hash = '#/s/0/m/4321'");
    assert_eq!(browser.script("return document.activeElement.parentElement.id"), "m4321");
    assert_eq!(blocks(), 100);
    browser.click("#earlier");
    assert_eq!((blocks(), browser.count("#m4200")), (200, 1));
    assert!(browser.count("#main *") < 8_000);
    page.end();
}

#[test]
#[ignore = "needs chromedriver: make test-external"]
fn five_thousand_sessions_stay_responsive() {
    let (_folder, file) = report("1150");
    let bytes = fs::metadata(&file).unwrap().len();
    let begin = Instant::now();
    let page = Watched::open(&file, "");
    let loaded = begin.elapsed();
    let browser = &page.browser;
    let sessions =
        browser.script("return JSON.parse(document.getElementById('run').textContent).sessions.length");
    assert!(sessions.as_u64().unwrap() >= 5000, "{sessions} sessions");
    let elements = browser.count("#main *");
    assert!(elements < 5_000, "{elements} elements");
    let paint = browser.script("return performance.getEntriesByType('paint')[0].startTime").as_f64().unwrap();
    let keystroke = browser
        .script(
            "const field = document.getElementById('by-text'); field.value = 'c1'; const begin = performance.now(); \
             field.dispatchEvent(new Event('input', { bubbles: true })); document.body.offsetHeight; return performance.now() - begin",
        )
        .as_f64()
        .unwrap();
    browser.script("document.getElementById('matrix-scroll').scrollTop = 1e9");
    assert!(browser.count("#matrix tbody tr") < 100);
    let opened = browser
        .script("const begin = performance.now(); location.hash = '#/s/4900'; window.dispatchEvent(new HashChangeEvent('hashchange')); document.body.offsetHeight; return performance.now() - begin")
        .as_f64()
        .unwrap();
    println!(
        "{sessions} sessions in {bytes} bytes; {loaded:?} with the start of the browser; first paint {paint:.0} ms; keystroke {keystroke:.0} ms; a session {opened:.0} ms"
    );
    assert!(paint < 5_000.0 && keystroke < 1_000.0 && opened < 1_000.0, "{paint} {keystroke} {opened}");
    page.end();
}
