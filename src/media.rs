//! Media types of files, by the ends of their names.

/// Extension and media type, those that EN 16931 allows for BT-125 first.
pub(crate) const EXTENSIONS: [(&str, &str); 8] = [
    ("application/pdf", "pdf"),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("text/csv", "csv"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("text/xml", "xml"),
    ("application/xml", "xml"),
];

/// The media type that the name of a file says.
pub(crate) fn of_name(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = if extension.eq_ignore_ascii_case("jpeg") { "jpg" } else { extension };
    let known = EXTENSIONS.iter().find(|(_, known)| known.eq_ignore_ascii_case(extension));
    known.map(|(mime, _)| *mime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_types() {
        assert_eq!(of_name("terms.of.delivery.PDF"), Some("application/pdf"));
        assert_eq!(of_name("photo.jpeg"), Some("image/jpeg"));
        assert_eq!(of_name("data.xml"), Some("text/xml"));
        assert_eq!((of_name("pdf"), of_name("a.exe")), (None, None));
    }
}
