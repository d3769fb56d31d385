//! `mappings/profiles.csv`: which terms the profiles of Factur-X have.

/// One line per group, term and sub-term; a column per profile.
pub(crate) const TEXT: &str = include_str!("../../mappings/profiles.csv");

/// The ids that a profile has no place for; `None` if the table has no such column.
pub(super) fn without(profile: &str) -> Option<Vec<String>> {
    let mut lines = TEXT.lines().filter(|line| !line.starts_with('#'));
    let column = lines.next()?.split(',').position(|name| name == profile).filter(|&column| column > 0)?;
    let cells = lines.map(|line| line.split(',').collect::<Vec<_>>());
    let forbidden = cells.filter(|cells| cells.get(column) == Some(&"-"));
    Some(forbidden.filter_map(|cells| cells.first().map(|id| (*id).to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::term::Terms;

    #[test]
    fn every_term_of_the_standard_has_a_line_and_every_line_a_term() {
        let terms = Terms::standard();
        let listed: Vec<&str> = TEXT.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
        let ids: Vec<&str> = listed.iter().filter_map(|line| line.split(',').next()).collect();
        for id in &ids {
            assert!(terms.find(id).is_some(), "{id} is no term");
        }
        for term in terms.iter() {
            assert!(ids.contains(&terms.get(term).id()), "{} has no line", terms.get(term).id());
        }
        for line in listed {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 6, "{line}");
            assert!(cells[1..].iter().all(|cell| ["M", "C", "O", "-"].contains(cell)), "{line}");
        }
    }

    #[test]
    fn a_wider_profile_has_all_terms_of_a_narrower_one() {
        let columns = ["minimum", "basicwl", "basic", "en16931", "extended"];
        let missing: Vec<Vec<String>> = columns.iter().map(|column| without(column).unwrap()).collect();
        for pair in missing.windows(2) {
            assert!(pair[1].iter().all(|id| pair[0].contains(id)));
        }
        assert!(missing[3].is_empty());
        assert_eq!(without("comfort"), None);
    }
}
