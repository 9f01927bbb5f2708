//! Text from anywhere -> Markdown that shows it, and is no markup.

use crate::visible::sanitise;

/// A text of ours with pieces of messages in backticks. What is in backticks stays so, and so does every word that a
/// reader could make a link or a mention of.
pub(crate) fn prose(text: &str) -> String {
    let text = sanitise(text);
    let mut out = String::new();
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(piece));
            continue;
        }
        for word in piece.split_inclusive(' ') {
            let (word, blank) = word.strip_suffix(' ').map_or((word, ""), |word| (word, " "));
            out.push_str(&if is_link(word) { code(word) } else { escaped(word) });
            out.push_str(blank);
        }
    }
    out
}

/// A code span: what is in it is shown as it is. In a table too, where a bar would end the cell.
pub(in crate::report) fn code(text: &str) -> String {
    let text = sanitise(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // CommonMark 6.1: a blank on either side is not part of the text.
    let gap = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{gap}{}{gap}{fence}", text.replace('|', "\\|"))
}

/// Lines as they are, in a fence that none of them ends.
pub(super) fn fenced(lines: &str) -> String {
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", lines.trim_end())
}

/// Text of HTML inside of Markdown.
pub(in crate::report) fn html(text: &str) -> String {
    let text = sanitise(text).replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// What GitHub makes links, mentions, references or pictures of without brackets.
fn is_link(word: &str) -> bool {
    word.contains('@') || word.contains("://") || word.contains("www.") || word.matches(':').count() > 1
}

fn escaped(word: &str) -> String {
    let mut out = String::new();
    for character in word.chars() {
        // CommonMark 2.4: any punctuation may be escaped; what is left out here means nothing inside of a line.
        if matches!(
            character,
            '\\' | '*' | '_' | '~' | '[' | ']' | '<' | '>' | '&' | '#' | '|' | '$' | '!' | '^' | '{' | '}'
        ) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_is_no_markup() {
        assert_eq!(prose("branch `1-7` lacks `a|b`"), "branch `1-7` lacks `a\\|b`");
        assert_eq!(prose("<b>*x*</b> [a](b) #1"), "\\<b\\>\\*x\\*\\</b\\> \\[a\\](b) \\#1");
        assert_eq!(prose("by sip:a@b or http://x"), "by `sip:a@b` or `http://x`");
        assert_eq!(prose("one ` alone <x>"), "one `  alone <x> `");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fenced("````\nx"), "`````text\n````\nx\n`````\n");
    }
}
