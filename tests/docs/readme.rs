//! Text with commands in it -> the same text with what they print now.

/// The mark before a block: an HTML comment that nobody sees, `<!-- prints: check x -->`.
const MARK: &str = "<!-- prints: ";

/// Puts each marked command and its output into the fenced block behind its mark.
pub(crate) fn refreshed(text: &str, output_of: impl Fn(&[&str]) -> String) -> String {
    let mut new = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        new.push_str(line);
        new.push('\n');
        let Some(command) = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        let fence =
            lines.find(|line| line.starts_with("```")).expect("a fenced block stands behind each mark");
        new.push_str(fence);
        new.push('\n');
        lines.find(|line| line.starts_with("```")).expect("every block has an end");
        new.push_str(&format!("$ sipclause {command}\n"));
        new.push_str(&output_of(&command.split(' ').collect::<Vec<_>>()));
        new.push_str("```\n");
    }
    new
}

#[test]
fn a_marked_block_is_replaced_and_nothing_else() {
    let text = "a\n```text\nkept\n```\n<!-- prints: x y -->\n```text\nold\n```\nb\n";
    let new = refreshed(text, |words| format!("{words:?}\n"));
    assert_eq!(new, text.replace("old", "$ sipclause x y\n[\"x\", \"y\"]"));
}
