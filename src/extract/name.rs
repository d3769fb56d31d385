//! Names that are safe for files, out of names that strangers chose.

use crate::media::EXTENSIONS;

/// The longest name, in bytes: every file system takes it, with room for a number.
const LONGEST: usize = 200;
/// Names that Windows takes for devices, with any extension.
const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
/// The same with a digit behind them.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];
/// A safe name made of a stated one: its last part, without characters that a system does not take or that deceive,
/// neither hidden nor an option nor a device, and of bearable length.
pub(super) fn safe(stated: &str, mime: Option<&str>) -> String {
    let last = stated.trim().rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut name = plain.trim_matches([' ', '.']).to_owned();
    if plain.trim_start().starts_with('.') || name.starts_with('-') || is_device(&name) {
        name.insert(0, '_');
    }
    if name.trim_matches('_').is_empty() {
        return unnamed(mime);
    }
    shortened(&name)
}

/// Whether a character may stand in a name: no control character, none that a system or shell reads as more than a
/// character, none that turns the direction of writing or cannot be seen.
fn is_plain(c: char) -> bool {
    let is_reserved = matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\');
    let is_unseen =
        matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    !(c.is_control() || is_reserved || is_unseen || c == char::REPLACEMENT_CHARACTER)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_uppercase();
    let is_numbered = NUMBERED_DEVICES.iter().any(|device| {
        let number =
            stem.strip_prefix(device).and_then(|rest| rest.chars().next().filter(|c| rest.len() == c.len_utf8()));
        number.is_some_and(|c| matches!(c, '0'..='9' | '¹' | '²' | '³'))
    });
    is_numbered || DEVICES.contains(&stem.as_str())
}

/// The name of a file that has none.
fn unnamed(mime: Option<&str>) -> String {
    let mime = mime.unwrap_or_default().trim().to_ascii_lowercase();
    match EXTENSIONS.iter().find(|(known, _)| *known == mime) {
        Some((_, extension)) => format!("attachment.{extension}"),
        None => "attachment".to_owned(),
    }
}

/// The name cut before its extension.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, extension) = match name.rfind('.').filter(|at| name.len() - at <= 16) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    let mut end = LONGEST - extension.len();
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(stated: &str) -> String {
        safe(stated, Some("Application/PDF"))
    }

    #[test]
    fn ordinary_names_stay() {
        for name in ["factur-x.xml", "Übersicht 2026-03 (final).pdf", "日本.csv", "a_b.tar.gz", "COM10.txt", "console"]
        {
            assert_eq!(named(name), name);
        }
    }

    #[test]
    fn paths_are_left_out() {
        for name in ["../../etc/passwd", r"C:\Windows\passwd", "/passwd", "a/b\\passwd", " passwd. "] {
            assert_eq!(named(name), "passwd");
        }
        assert_eq!(named("C:passwd"), "C_passwd");
    }

    #[test]
    fn what_a_system_reads_otherwise_is_changed() {
        for (stated, safe) in [
            (".bashrc", "_bashrc"),
            ("-rf", "_-rf"),
            ("NUL", "_NUL"),
            ("con.txt", "_con.txt"),
            ("lpt1.a.b", "_lpt1.a.b"),
            ("COM².x", "_COM².x"),
            ("a\nb\0c\u{1b}[2J", "a_b_c_[2J"),
            ("invoice\u{202E}fdp.exe", "invoice_fdp.exe"),
            ("what?<now>|*\":.xml", "what__now_____.xml"),
        ] {
            assert_eq!(named(stated), safe);
        }
    }

    #[test]
    fn nothing_becomes_a_name_by_its_type() {
        for stated in ["", "..", "/", "a/", "???", " . "] {
            assert_eq!(named(stated), "attachment.pdf");
        }
        assert_eq!(safe("", None), "attachment");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = named(&format!("{}.pdf", "ü".repeat(300)));
        assert!(name.len() <= LONGEST && name.ends_with("ü.pdf"));
        assert_eq!(named(&"x".repeat(300)).len(), LONGEST);
    }
}
