//! Files that state the same invoice in two syntaxes.

use std::collections::{BTreeMap, BTreeSet};

use einv::Document;
use einv::model::Standing;

use crate::checks::{convert, mentioned};
use crate::leaves::xml_of;
use crate::sample::{Sample, Syntax};

/// Pairs of own files: the same name below two syntaxes; and each PDF with the XML that it carries. Returns what is wrong
/// and how many pairs were compared.
pub(crate) fn own(samples: &[Sample]) -> (Vec<String>, usize) {
    let mut wrong = Vec::new();
    let mut pairs = 0;
    let xml = |sample: &&Sample| !sample.is_pdf();
    for (at, left) in samples.iter().enumerate().filter(|(_, sample)| xml(sample)) {
        for right in samples[at + 1..].iter().filter(xml).filter(|right| right.stem() == left.stem()) {
            if right.syntax == left.syntax {
                wrong.push(format!("{} and {} have one name in one syntax", left.name, right.name));
                continue;
            }
            pairs += 1;
            let differing = differing(&read(left), &read(right));
            if !differing.is_empty() {
                wrong.push(format!("{} and {} are no twins: {}", left.name, right.name, list(&differing)));
            }
            wrong.extend(converted(left, right, &differing));
            wrong.extend(converted(right, left, &differing));
        }
    }
    for pdf in samples.iter().filter(|sample| sample.is_pdf()) {
        pairs += 1;
        let carried = xml_of(&pdf.bytes);
        if !samples.iter().filter(xml).any(|sample| sample.bytes == carried.as_bytes()) {
            wrong.push(format!("{} carries none of the XML files of corpus/", pdf.name));
        }
    }
    (wrong, pairs)
}

/// Groups of the outside collection: the index says in which terms each file differs from the CII file of its group. In
/// groups other than `xr-…`, whose second syntax a lossy converter made, only whether they differ is compared.
///
/// One rule stands between index and model: the index counts both homes of a term (the base quantity of the gross and of
/// the net price), where equal ones are one value (H29).
pub(crate) fn outside(samples: &[Sample]) -> (Vec<String>, usize) {
    let mut groups: BTreeMap<&str, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        let twin = sample.row.as_ref().map_or("", |row| row.twin.as_str());
        if !twin.is_empty() {
            groups.entry(twin).or_default().push(sample);
        }
    }
    let mut wrong = Vec::new();
    let mut pairs = 0;
    for (group, members) in groups {
        let Some(first) = members.iter().find(|sample| is_first(sample)) else {
            wrong.push(format!("{group}: no CII file to compare with"));
            continue;
        };
        let document = read(first);
        for other in members.iter().filter(|other| other.name != first.name) {
            pairs += 1;
            let found = differing(&document, &read(other));
            let mut expected: BTreeSet<String> = other.row.iter().flat_map(|row| row.differs.iter().cloned()).collect();
            expected.retain(|id| found.contains(id) || !has_second_home(&document, id));
            let agree =
                if group.starts_with("xr-") { found == expected } else { found.is_empty() == expected.is_empty() };
            if !agree {
                wrong.push(format!("{} differs in {}, the index says {}", other.name, list(&found), list(&expected)));
            }
            if group.starts_with("xr-") {
                wrong.extend(converted(first, other, &found));
                wrong.extend(converted(other, first, &found));
            }
        }
    }
    (wrong, pairs)
}

/// A file converted into the syntax of its twin is the twin, but for the terms in which the two differ and those that
/// the conversion tells about.
fn converted(from: &Sample, twin: &Sample, differs: &BTreeSet<String>) -> Option<String> {
    if from.syntax == twin.syntax || !twin.syntax.is_written() {
        return None;
    }
    let conversion = convert(&from.bytes, twin.format()).unwrap_or_else(|error| panic!("{}: {error}", from.name));
    let output = conversion.output.as_deref()?;
    let document = einv::read(output).unwrap_or_else(|error| panic!("{} converted: {error}", from.name));
    let mut found = differing(&document, &read(twin));
    // What is told of a term is told of what qualifies it (BT-46-1), too.
    let is_told = |id: &str| {
        mentioned(&conversion)
            .flatten()
            .any(|told| id.strip_prefix(told).is_some_and(|sub| sub.is_empty() || sub.starts_with('-')))
    };
    found.retain(|id| !differs.contains(id) && !is_told(id));
    let what = || format!("{} converted differs from {} in {}", from.name, twin.name, list(&found));
    (!found.is_empty()).then(what)
}

fn has_second_home(document: &Document, id: &str) -> bool {
    let mut nodes = document.nodes();
    nodes.any(|node| {
        document.standing(node) == Standing::Second && document.term(node).is_some_and(|term| term.id() == id)
    })
}

/// The file that the others of a group are compared with.
fn is_first(sample: &Sample) -> bool {
    sample.syntax == Syntax::Cii && !sample.is_pdf()
}

fn read(sample: &Sample) -> Document {
    einv::read(&sample.bytes).unwrap_or_else(|error| panic!("{}: {error}", sample.name))
}

/// Terms that differ; what profiles state about themselves aside.
fn differing(left: &Document, right: &Document) -> BTreeSet<String> {
    let differences = left.same_invoice(right);
    let ids = differences.iter().map(|difference| left.terms().get(difference.term).id().to_owned());
    ids.filter(|id| id != "BT-23" && id != "BT-24").collect()
}

fn list(ids: &BTreeSet<String>) -> String {
    if ids.is_empty() { "nothing".to_owned() } else { ids.iter().cloned().collect::<Vec<_>>().join(" ") }
}
