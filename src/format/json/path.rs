//! Where in a JSON text an offset stands: `/lines[2]/item/name`, positions from 1 as in XPath.

/// An object with the field that is being read, or a list with the position in it.
enum Level<'t> {
    Object(Option<&'t str>),
    List(u32),
}

/// The path to an offset, as far as the text can be read up to there; none at the outermost level.
pub(super) fn path_at(text: &str, offset: usize) -> Option<String> {
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.as_bytes().get(at).filter(|_| at <= offset) {
        match (byte, levels.last_mut()) {
            // What an offset stands at is not inside yet.
            (b'{' | b'[' | b']', _) if at == offset => {}
            (b'}', Some(Level::Object(field))) if at == offset => *field = None,
            (b'}', _) if at == offset => {}
            (b'{', _) => levels.push(Level::Object(None)),
            (b'[', _) => levels.push(Level::List(1)),
            (b'}' | b']', _) => _ = levels.pop(),
            (b',', Some(Level::List(position))) => *position += 1,
            (b',', Some(Level::Object(field))) => *field = None,
            (b'"', level) => {
                let end = end_of_text(text, at + 1);
                if let Some(Level::Object(field @ None)) = level {
                    *field = text.get(at + 1..end);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    let step = |level: &Level<'_>| match level {
        Level::Object(Some(field)) => format!("/{field}"),
        Level::Object(None) => String::new(),
        Level::List(position) => format!("[{position}]"),
    };
    let path: String = levels.iter().map(step).collect();
    (!path.is_empty()).then_some(path)
}

/// Where the quotation mark stands that ends a text.
fn end_of_text(text: &str, from: usize) -> usize {
    let mut escaped = false;
    let end = text.as_bytes()[from..].iter().position(|&byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::path_at;

    #[test]
    fn an_offset_has_the_fields_and_positions_around_it() {
        let text = r#"{"number": "a\"{", "lines": [{"item": {}}, {"item": {"name": 1}}], "x": 2}"#;
        let at = |part: &str| path_at(text, text.find(part).unwrap()).unwrap_or_default();
        assert_eq!(at("{"), "");
        assert_eq!(at("\"number"), "/number");
        assert_eq!(at("\"lines"), "/lines");
        assert_eq!(at("1}"), "/lines[2]/item/name");
        assert_eq!(at("2}"), "/x");
        assert_eq!(path_at(text, text.len()), None);
    }
}
