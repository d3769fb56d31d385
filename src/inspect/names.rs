//! `mappings/names.table`: what codes are called. It is read when a name is asked for.

const TEXT: &str = include_str!("../../mappings/names.table");

/// What a code of a list, or a value of a term, is called.
pub(super) fn name_of(list: &str, code: &str) -> Option<&'static str> {
    section(list).find(|(candidate, _)| *candidate == code.trim()).map(|(_, name)| name)
}

/// The rows of a section: codes and names.
fn section(list: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let head = |line: &&str| line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) == Some(list);
    let is_inside = |line: &&str| !line.starts_with('[');
    let mut lines = TEXT.lines().skip_while(move |line| !head(line));
    lines.next();
    lines.take_while(is_inside).filter_map(row)
}

fn row(line: &'static str) -> Option<(&'static str, &'static str)> {
    let (code, name) = line.split_once("  ").filter(|_| !line.starts_with('#'))?;
    Some((code, name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codelist::CodeList;

    #[test]
    fn every_code_has_a_name_and_every_name_a_code() {
        for name in ["untdid-1001", "untdid-5305"] {
            let list = CodeList::named(name).unwrap();
            let codes = list.sections().flat_map(|section| list.codes(section));
            let unnamed: Vec<&str> = codes.filter(|code| name_of(name, code).is_none()).collect();
            assert_eq!(unnamed, [""; 0], "{name}");
            let unknown: Vec<_> =
                section(name).filter(|(code, name)| !list.contains(code) || name.is_empty()).collect();
            assert!(unknown.is_empty(), "{name}: {unknown:?}");
        }
    }

    #[test]
    fn the_table_can_be_read() {
        let is_read = |line: &&'static str| line.is_empty() || line.starts_with(['#', '[']) || row(line).is_some();
        assert_eq!(TEXT.lines().find(|line| !is_read(line)), None);
        let heads: Vec<&str> = TEXT.lines().filter(|line| line.starts_with('[')).collect();
        assert_eq!(heads, ["[untdid-1001]", "[untdid-5305]", "[BT-23]"]);
    }

    #[test]
    fn names_are_found_for_exact_codes() {
        assert_eq!(name_of("untdid-1001", " 380 "), Some("Commercial invoice"));
        assert_eq!(name_of("untdid-5305", "S"), Some("Standard rate"));
        assert_eq!(name_of("BT-23", "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"), Some("Peppol BIS Billing"));
        for (list, code) in [("untdid-1001", "38"), ("untdid-1001", ""), ("BT-23", "380"), ("nothing", "380")] {
            assert_eq!(name_of(list, code), None, "{list} {code}");
        }
    }
}
