//! What was found while looking at a PDF, before it is told.

use super::edit::{Edit, Spot};
use super::table::{Demand, TABLE};
use super::{Lack, Remedy};
use crate::finding::{Finding, PDF_MENDED, PDF_NOT_ARCHIVABLE, PDF_SIGNED, PDF_UNARCHIVED};
use crate::pdf::text::quoted;
use crate::place::Place;

/// How many pages a finding names.
const NAMED_PAGES: usize = 5;

/// One place that falls short of a demand.
#[derive(Debug)]
pub(super) struct Fault {
    /// The demand.
    pub demand: Demand,
    /// What it is about: the name of a font, the kind of an annotation.
    pub about: Option<String>,
    /// The page where it was met, from 1.
    pub page: Option<u32>,
    /// What mends it.
    pub edits: Vec<Edit>,
}

impl Fault {
    /// A demand of the table that is not met.
    pub(super) fn of(clause: &'static str) -> Fault {
        Fault { demand: TABLE.check(clause), about: None, page: None, edits: Vec::new() }
    }

    /// The same about something; an empty name says nothing.
    pub(super) fn about(mut self, about: impl Into<String>) -> Fault {
        self.about = Some(about.into()).filter(|about| !about.is_empty());
        self
    }

    /// The same on a page.
    pub(super) fn on(mut self, page: Option<u32>) -> Fault {
        self.page = page;
        self
    }

    /// The same with a change that mends it.
    pub(super) fn edit(mut self, edit: Edit) -> Fault {
        self.edits.push(edit);
        self
    }

    /// The same with a key that is set to mend it.
    pub(super) fn set(self, spot: &Spot, key: &str, value: impl Into<lopdf::Object>) -> Fault {
        self.edit(Edit::Set(spot.clone(), key.as_bytes().to_vec(), value.into()))
    }

    /// The same, which nothing can mend here, whatever is the rule.
    pub(super) fn hopeless(mut self) -> Fault {
        self.demand.remedy = Remedy::None;
        self
    }
}

/// Faults of one kind about one thing.
pub(super) struct Group {
    /// The demand.
    demand: Demand,
    /// What it is about.
    about: Option<String>,
    /// The pages where it was met, in order.
    pages: Vec<u32>,
    /// How often it was met.
    times: usize,
}

/// Faults by kind and by what they are about, in the order of their first one.
pub(super) fn groups(faults: &[Fault]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for fault in faults {
        let same = |group: &Group| group.demand == fault.demand && group.about == fault.about;
        let at = groups.iter().position(same).unwrap_or_else(|| {
            groups.push(Group { demand: fault.demand, about: fault.about.clone(), pages: Vec::new(), times: 0 });
            groups.len() - 1
        });
        groups[at].times += 1;
        let new = fault.page.filter(|page| !groups[at].pages.contains(page));
        groups[at].pages.extend(new);
    }
    groups.iter_mut().for_each(|group| group.pages.sort_unstable());
    groups
}

impl Group {
    /// What is lacking.
    pub(super) fn lack(&self) -> Lack {
        let Demand { clause, remedy, words } = self.demand;
        let code = match remedy {
            Remedy::Mending | Remedy::Writing => PDF_UNARCHIVED,
            Remedy::None => PDF_NOT_ARCHIVABLE,
            Remedy::Refused => PDF_SIGNED,
        };
        let finding = self.finding(Finding::new(code, format!("the PDF has {words}")));
        let section = clause.rsplit_once('-').map_or(clause, |(section, _)| section);
        Lack { clause, remedy, finding: finding.expected(format!("what PDF/A-3 demands (ISO 19005-3, {section})")) }
    }

    /// What was done about it.
    pub(super) fn done(&self) -> Finding {
        self.finding(Finding::new(PDF_MENDED, format!("mended for PDF/A-3: the PDF had {}", self.demand.words)))
    }

    fn finding(&self, finding: Finding) -> Finding {
        let finding = match self.pages.as_slice() {
            [] => finding,
            pages => finding.at(Place::path(page_names(pages))),
        };
        let about = self.about.as_deref().map(quoted).unwrap_or_default();
        match (about.as_str(), self.times) {
            ("", 1) => finding,
            ("", times) => finding.found(format!("{times} times")),
            (about, 1) => finding.found(about),
            (about, times) => finding.found(format!("{about}, {times} times")),
        }
    }
}

/// `page 1`; `pages 1, 2 and 7 more`.
fn page_names(pages: &[u32]) -> String {
    let names: Vec<String> = pages.iter().take(NAMED_PAGES).map(u32::to_string).collect();
    match (names.as_slice(), pages.len() - names.len()) {
        ([page], 0) => format!("page {page}"),
        ([first @ .., last], 0) => format!("pages {} and {last}", first.join(", ")),
        (names, more) => format!("pages {} and {more} more", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_kind_are_told_once() {
        let font = |page| Fault::of("6.2.11.4.1-1").about("Helvetica").on(Some(page));
        let faults = [font(3), font(1), Fault::of("6.9-4"), font(1)];
        let groups = groups(&faults);
        assert_eq!(groups.len(), 2);
        let lack = groups[0].lack();
        assert_eq!(lack.remedy, Remedy::None);
        assert_eq!(lack.finding.message, "the PDF has a font that is not embedded");
        assert_eq!(lack.finding.found.as_deref(), Some("`Helvetica`, 3 times"));
        assert_eq!(lack.finding.place.unwrap().path.as_deref(), Some("pages 1 and 3"));
    }

    #[test]
    fn many_pages_are_counted() {
        let pages: Vec<u32> = (1..=9).collect();
        assert_eq!(page_names(&pages), "pages 1, 2, 3, 4, 5 and 4 more");
        assert_eq!(page_names(&pages[..2]), "pages 1 and 2");
    }
}
