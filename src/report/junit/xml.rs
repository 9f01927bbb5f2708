//! Text of any kind -> text and attributes of XML 1.0.

use crate::visible::sanitise;

/// Writes ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push(out, &sanitise(value));
    out.push('"');
}

/// Writes text of several lines; what acts on a terminal is shown.
pub(super) fn text(out: &mut String, lines: &str) {
    for line in lines.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        push(out, &sanitise(line));
        out.push_str(end);
    }
}

/// XML 1.0 2.2: what is no character of it was shown before.
fn push(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // XML 1.0 2.4: `]]>` must not occur in text.
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_text_holds_it_comes_back_or_is_shown() {
        let every: String = ('\0'..='\u{ffff}').chain(['\u{1f600}', '\u{10ffff}']).collect();
        let mut xml = String::from("<a");
        attribute(&mut xml, "b", &every);
        xml.push('>');
        text(&mut xml, &format!("]]>&{every}"));
        xml.push_str("</a>");
        let document = roxmltree::Document::parse(&xml).unwrap();
        let root = document.root_element();
        let shown = root.attribute("b").unwrap();
        assert!(shown.contains("\"#$%&'()") && shown.contains(";<=>?@") && shown.contains("␀"), "{shown}");
        assert!(root.text().unwrap().starts_with("]]>&␀"));
    }
}
