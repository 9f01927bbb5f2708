use super::*;

fn settled(text: &str, dots: Dots) -> Settled {
    let traits = Traits { dots, ..Traits::NONE };
    settle(text.as_bytes().to_vec(), None, traits, End::Marked, Limits::DEFAULT)
}

const HEAD: &str = "MESSAGE sip:a@b.example SIP/2.0\nCall-ID: 1.2.\n";

#[test]
fn lf_becomes_crlf_unless_the_length_says_that_it_was_lf() {
    let wire = settled(&format!("{HEAD}Content-Length: 6\n\na\nb\n\n\n"), Dots::None);
    assert!(wire.payload.ends_with(b"\r\n\r\na\r\nb\r\n") && wire.had_lf);
    let lf = settled(&format!("{HEAD}Content-Length: 4\n\na\nb\n\n\n"), Dots::None);
    assert!(lf.payload.ends_with(b"\r\n\r\na\nb\n"), "{:?}", lf.payload.escape_ascii().to_string());
    let none = settled(&format!("{HEAD}Content-Length: 5\n\nhallo\n"), Dots::None);
    assert!(none.payload.ends_with(b"\r\n\r\nhallo"));
}

#[test]
fn what_is_too_short_is_cut_unless_only_empty_lines_are_missing() {
    let trimmed = settled(&format!("{HEAD}Content-Length: 9\n\nhallo\n"), Dots::None);
    assert_eq!((trimmed.wholeness, trimmed.payload.ends_with(b"hallo\r\n\r\n")), (Wholeness::Whole, true));
    assert_eq!(
        settled(&format!("{HEAD}Content-Length: 90\n\nhallo\n"), Dots::None).wholeness,
        Wholeness::Cut
    );
    let cut = |body: &str, length: usize| {
        let text = format!("{HEAD}Content-Length: {length}\n\n{body}");
        settle(text.into_bytes(), None, Traits::NONE, End::Lost, Limits::DEFAULT).wholeness
    };
    assert_eq!(cut("hal", 5), Wholeness::Cut, "the log ends inside of a line");
    assert_eq!(cut("hallo\n", 9), Wholeness::Cut, "nobody knows what came then");
    assert_eq!(cut("hallo", 5), Wholeness::Whole);
    let remark = settled(&format!("{HEAD}Content-Length: 5\n\nhallo\n... (truncated)\n"), Dots::None);
    assert_eq!(remark.wholeness, Wholeness::Cut);
}

#[test]
fn without_an_empty_line_only_a_length_of_0_makes_a_message_whole() {
    let wholeness = |tail: &str, dots| settled(&format!("{HEAD}{tail}"), dots).wholeness;
    assert_eq!(wholeness("", Dots::None), Wholeness::Cut);
    assert_eq!(wholeness("l : 0\n", Dots::None), Wholeness::Whole);
    assert_eq!(wholeness("Content-Length: 0", Dots::None), Wholeness::Cut, "the number may go on");
    assert_eq!(wholeness("Content-Length: 0\n", Dots::Unprintable), Wholeness::Cut, "a packet has the line");
}

#[test]
fn another_message_behind_the_body_is_left_over() {
    let text = format!("{HEAD}Content-Length: 2\n\nab\n{HEAD}\n");
    assert!(settled(&text, Dots::None).rest.is_some_and(|rest| rest.starts_with(b"MESSAGE")));
}

#[test]
fn dots_at_line_ends_were_carriage_returns_and_others_dots() {
    let text = "BYE sip:a@b.example SIP/2.0.\nCall-ID: 1..\nSubject: x.\n.y.\nContent-Length: 4.\n.\na...\n";
    let message = settled(text, Dots::AtLineEnds).payload;
    let wanted =
        "BYE sip:a@b.example SIP/2.0\r\nCall-ID: 1.\r\nSubject: x\r\n\ty\r\nContent-Length: 4\r\n\r\na...";
    assert_eq!(message.escape_ascii().to_string(), wanted.as_bytes().escape_ascii().to_string());
    let windows = settled(&text.replace('\n', "\r\n"), Dots::AtLineEnds).payload;
    assert_eq!(message, windows);
    let plain = settled(&format!("{HEAD}\n"), Dots::AtLineEnds).payload;
    assert!(plain.ends_with(b"Call-ID: 1.2.\r\n\r\n"), "a log without such dots keeps its own");
}

#[test]
fn wrapped_lines_are_put_together() {
    let text =
        "BYE sip:a@b.example SIP/2.0..Ca\nll-ID: 1...Content-Length: 4...\n.a..b..                      \n";
    let message = settled(text, Dots::Everywhere).payload;
    assert!(
        message.ends_with(b"Call-ID: 1.\r\nContent-Length: 4\r\n\r\na\r\nb"),
        "{}",
        message.escape_ascii()
    );
}
