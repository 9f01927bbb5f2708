//! The table of fixes -> the tables of `docs/fix.md`.

use std::collections::BTreeMap;

use sipclause::fix::{Remedy, TABLE};

/// The page with its tables written anew; what stands around them is kept.
pub(crate) fn refreshed(page: &str) -> String {
    let (head, rest) = page.split_once("<!-- table -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- end of table -->\n").unwrap();
    format!("{head}<!-- table -->\n{}<!-- end of table -->\n{tail}", tables())
}

fn tables() -> String {
    let remedies: BTreeMap<&str, Remedy> =
        TABLE.iter().copied().flatten().map(|entry| (entry.code, entry.remedy)).collect();
    let rows = |said: fn(Remedy) -> Option<&'static str>| -> String {
        let said = remedies.iter().filter_map(|(code, remedy)| Some((code, said(*remedy)?)));
        said.map(|(code, said)| format!("| `{code}` | {said} |\n")).collect()
    };
    let safe = rows(|remedy| if let Remedy::Safe(title) = remedy { Some(title) } else { None });
    let guesses = rows(|remedy| if let Remedy::Unsafe(title) = remedy { Some(title) } else { None });
    let none = rows(|remedy| if let Remedy::None(why) = remedy { Some(why) } else { None });
    [("Safe", "fix", safe), ("With `--unsafe`", "fix", guesses), ("Not fixed", "why", none)]
        .map(|(title, word, rows)| format!("\n### {title}\n\n| finding | {word} |\n|---|---|\n{rows}"))
        .concat()
        + "\n"
}
