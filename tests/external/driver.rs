//! What to do in a browser -> what became of it: WebDriver over plain HTTP, as far as the tests need it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::document::base64;

/// A headless Chromium with one window, driven by chromedriver. Both end with it.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts one with a window of this size.
    pub(crate) fn start(width: u32, height: u32) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            line.unwrap()
                .strip_prefix("ChromeDriver was started successfully on port ")?
                .trim_end_matches('.')
                .parse()
                .ok()
        });
        // Nobody reads on, and nobody may be stopped by that.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { driver, port: port.unwrap(), session: String::new() };
        let size = format!("--window-size={width},{height}");
        // As root, in a container, Chromium has no sandbox; what it opens is a file of ours.
        let arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", &size];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let answer = browser.request("POST", "/session", &wanted);
        browser.session = format!("/session/{}", answer["sessionId"].as_str().unwrap());
        browser
    }

    /// Opens a file, at an address inside of it.
    pub(crate) fn open(&self, file: &Path, hash: &str) {
        self.post("/url", &json!({"url": format!("file://{}{hash}", file.display())}));
    }

    /// What a function of this body answers. What is drawn after it, is drawn when it answers.
    pub(crate) fn script(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; const answer = (() => {{ {body} }})(); \
             setTimeout(() => requestAnimationFrame(() => setTimeout(() => done(answer === undefined ? null : answer), 30)), 30);"
        );
        self.post("/execute/async", &json!({"script": script, "args": []}))
    }

    /// The text of the first element that is meant.
    pub(crate) fn text(&self, selector: &str) -> String {
        let text = self.script(&format!("return document.querySelector({selector:?})?.textContent"));
        text.as_str().unwrap_or_else(|| panic!("no {selector}")).to_owned()
    }

    /// How many elements are meant.
    pub(crate) fn count(&self, selector: &str) -> u64 {
        self.script(&format!("return document.querySelectorAll({selector:?}).length")).as_u64().unwrap()
    }

    /// The address behind `#`.
    pub(crate) fn hash(&self) -> String {
        self.script("return location.hash").as_str().unwrap().to_owned()
    }

    /// A click of the mouse, in the middle of the first element that is meant.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.post("/element", &json!({"using": "css selector", "value": selector}));
        let id = element.as_object().unwrap().values().next().unwrap().as_str().unwrap();
        self.post(&format!("/element/{id}/click"), &json!({}));
        self.script("");
    }

    /// Keys one after the other; `\u{e007}` and the like are those of WebDriver.
    pub(crate) fn press(&self, keys: &str) {
        let steps: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()})))
            .collect();
        self.post("/actions", &json!({"actions": [{"type": "key", "id": "keys", "actions": steps}]}));
        self.script("");
    }

    /// The button that leads back.
    pub(crate) fn back(&self) {
        self.post("/back", &json!({}));
        self.script("");
    }

    /// The button that reads the page anew.
    pub(crate) fn reload(&self) {
        self.post("/refresh", &json!({}));
        self.script("");
    }

    /// A command of the DevTools protocol.
    pub(crate) fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// What the console says, and what was asked for from anywhere.
    pub(crate) fn complaints_and_requests(&self) -> (Vec<String>, Vec<String>) {
        let log = |kind: &str| self.post("/se/log", &json!({"type": kind})).as_array().unwrap().clone();
        let complaints = log("browser").iter().map(|entry| entry["message"].to_string()).collect();
        let requests = log("performance").into_iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let is_request = event["message"]["method"] == "Network.requestWillBeSent";
            is_request.then(|| event["message"]["params"]["request"]["url"].as_str().unwrap().to_owned())
        });
        (complaints, requests.collect())
    }

    /// A picture of the window as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        base64(self.request("GET", &format!("{}/screenshot", self.session), &Value::Null).as_str().unwrap())
    }

    /// The page on paper as PDF.
    pub(crate) fn paper(&self) -> Vec<u8> {
        base64(self.post("/print", &json!({"orientation": "landscape"})).as_str().unwrap())
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.request("POST", &format!("{}{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        let answer: Value = serde_json::from_slice(&answered(stream)).unwrap();
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{method} {path} {body}: {value:#}");
        value
    }
}

/// The body of an answer, which says its length.
fn answered(stream: TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    body
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium would go on without its driver; a test that failed has to end it too.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = write!(stream, "DELETE {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", self.session);
            let _ = stream.read(&mut [0; 1]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
