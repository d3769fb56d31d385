//! What every file must pass. A check gives the reasons why a file fails, and none if it passes.

use std::collections::{BTreeSet, HashMap};

use einv::model::{Difference, Standing};
use einv::term::TermId;
use einv::{Conversion, Converter, Document, Finding, Format, Grade, OnLoss, Target};

use crate::leaves::{Leaf, leaves, xml_of};
use crate::sample::Sample;

/// What a check finds wrong; `None` where it does not apply.
pub(crate) type Verdict = Option<Vec<String>>;

/// A sample, read and converted into every format.
pub(crate) struct Tried<'s> {
    pub(crate) sample: &'s Sample,
    pub(crate) document: Document,
    /// One per format, in the order of [`formats`].
    pub(crate) conversions: Vec<(Format, Conversion)>,
}

/// Formats that this build writes. JSON is a feature.
pub(crate) fn formats() -> Vec<Format> {
    let invoice = crate::sample::root().join("corpus/cii/en16931/minimal.xml");
    let invoice = std::fs::read(invoice).expect("a sample of our own");
    let works = |format: Format| convert(&invoice, format).is_ok_and(|conversion| conversion.output.is_some());
    let all = [Format::Ubl, Format::Cii, Format::Json];
    all.into_iter().filter(|&format| format != Format::Json || works(format)).collect()
}

/// Converts with all losses allowed.
pub(crate) fn convert(bytes: &[u8], format: Format) -> Result<Conversion, einv::Error> {
    Converter::new().to(Target::for_format(format)).on_loss(OnLoss::Allow).convert(bytes)
}

impl<'s> Tried<'s> {
    /// Reads a file and converts it into every format.
    pub(crate) fn of(sample: &'s Sample, formats: &[Format]) -> Result<Tried<'s>, String> {
        let document = einv::read(&sample.bytes).map_err(|error| error.to_string())?;
        let mut conversions = Vec::new();
        for &format in formats {
            let conversion = convert(&sample.bytes, format).map_err(|error| format!("to {format}: {error}"))?;
            conversions.push((format, conversion));
        }
        Ok(Tried { sample, document, conversions })
    }

    pub(crate) fn to(&self, format: Format) -> &Conversion {
        let found = self.conversions.iter().find(|(known, _)| *known == format);
        found.map(|(_, conversion)| conversion).expect("converted into every format")
    }

    /// The same syntax.
    pub(crate) fn same(&self) -> &Conversion {
        self.to(self.sample.format())
    }

    /// The other of the two syntaxes.
    pub(crate) fn other(&self) -> (Format, &Conversion) {
        let format = if self.sample.format() == Format::Ubl { Format::Cii } else { Format::Ubl };
        (format, self.to(format))
    }

    fn has_lines(&self) -> bool {
        self.has("BG-25")
    }

    fn has(&self, id: &str) -> bool {
        self.document.terms().find(id).is_some_and(|term| !self.document.within(None, term).is_empty())
    }

    /// Why nothing may come of a conversion, as far as the standard and the index say.
    fn refusal(&self, format: Format) -> Option<&'static str> {
        // JSON has room for what stands more often than the standard allows; that is refused on the way back.
        let holds_all = format == Format::Json && self.to(format).output.is_some();
        if self.sample.is_refused() && !holds_all {
            return Some("holds what einv refuses by name");
        }
        (format == Format::Ubl && !self.has_lines()).then_some("has no lines, which UBL demands")
    }
}

/// Every text and attribute of the file is a node of the document, in the same order, or a loss of the reader, with its
/// path. Three exceptions, all of the same kind: they are values, told in another way.
///
/// - a text that holds two terms (`#AAI#text` in a UBL note) is two nodes;
/// - a constant with a value of its own, or a code that no row takes, is a node and a loss;
/// - comments, processing instructions and empty elements are losses without a value.
pub(crate) fn all_read(tried: &Tried<'_>) -> Verdict {
    let xml = xml_of(&tried.sample.bytes);
    let mut nodes = Nodes::of(&tried.document);
    let mut losses = Told::of(tried.same());
    let mut wrong = Vec::new();
    for leaf in leaves(&xml) {
        let told = losses.has(&leaf);
        if nodes.take(&leaf, told) {
            continue;
        }
        if !losses.take(&leaf) {
            wrong.push(format!("neither read nor reported: {} = {:?}", leaf.path, leaf.value));
        }
    }
    wrong.extend(nodes.rest().map(|value| format!("read, but not found in the file: {value:?}")));
    Some(wrong)
}

/// Values of a document, in order.
struct Nodes<'d> {
    document: &'d Document,
    values: Vec<(einv::model::NodeId, String)>,
    at: usize,
}

impl<'d> Nodes<'d> {
    fn of(document: &'d Document) -> Nodes<'d> {
        let nodes = document.nodes().filter(|&node| !document.is_group(node));
        let nodes = nodes.filter(|&node| document.standing(node) != Standing::Empty);
        let values = nodes.map(|node| (node, document.raw(node).into_owned()));
        // An element that a choice turned out to be no group of is still a node, whose text is its markup.
        let values = values.filter(|(node, text)| document.term(*node).is_some() || !text.starts_with('<'));
        Nodes { document, values: values.filter(|(_, text)| !text.trim().is_empty()).collect(), at: 0 }
    }

    /// Takes the next value if it is the one of this leaf. Where a loss has the same path and text, the place decides.
    fn take(&mut self, leaf: &Leaf, told: bool) -> bool {
        let Some((node, value)) = self.values.get(self.at) else { return false };
        if *value == leaf.value {
            let here = || self.document.place(*node).path.as_deref() == Some(&leaf.path);
            let taken = !told || here();
            self.at += usize::from(taken);
            return taken;
        }
        let two = self.values.get(self.at + 1).is_some_and(|(_, text)| leaf.value == format!("#{value}#{text}"));
        self.at += if two { 2 } else { 0 };
        two
    }

    fn rest(&self) -> impl Iterator<Item = &str> {
        self.values[self.at.min(self.values.len())..].iter().map(|(_, value)| value.as_str())
    }
}

/// Values that a conversion lost, by path.
struct Told(HashMap<String, Vec<String>>);

impl Told {
    fn of(conversion: &Conversion) -> Told {
        let mut told: HashMap<String, Vec<String>> = HashMap::new();
        for loss in &conversion.report.losses {
            let path = loss.finding.place.as_ref().and_then(|place| place.path.clone());
            if let (Some(path), Some(value)) = (path, &loss.finding.found) {
                told.entry(path).or_default().push(value.replace("\r\n", "\n").trim().to_owned());
            }
        }
        Told(told)
    }

    fn position(&self, leaf: &Leaf) -> Option<usize> {
        self.0.get(&leaf.path)?.iter().position(|value| value == leaf.value.trim())
    }

    fn has(&self, leaf: &Leaf) -> bool {
        self.position(leaf).is_some()
    }

    fn take(&mut self, leaf: &Leaf) -> bool {
        let Some(at) = self.position(leaf) else { return false };
        let values = self.0.get_mut(&leaf.path).expect("found a moment ago");
        values.remove(at);
        true
    }
}

/// Written in its own syntax it is the same invoice, but for BT-23 and BT-24 where a change of them is reported; refused
/// exactly where the index counts something of grade meaning. Two rules narrow it: a target of edition D16B has room for
/// one preceding invoice, the others are reported as lost (H11); and in own files that the rules reject on purpose, values
/// beyond what EN 16931 has room for are reported as lost or joined (H45).
pub(crate) fn same_syntax(tried: &Tried<'_>) -> Verdict {
    if !tried.sample.syntax.is_written() {
        return None;
    }
    let conversion = tried.same();
    let Some(back) = written(tried, tried.sample.format(), conversion) else { return Some(refused(tried, conversion)) };
    let differences = match back {
        Ok(back) => tried.document.same_invoice(&back),
        Err(error) => return Some(vec![error]),
    };
    if tried.sample.is_own() && tried.sample.is_rejected() {
        return Some(untold(tried, &differences, &[conversion]));
    }
    let told: BTreeSet<&str> = mentioned(conversion).flatten().collect();
    let differences = differences.iter().filter(|difference| {
        let id = tried.document.terms().get(difference.term).id();
        let may_differ = ["BT-23", "BT-24"].contains(&id) || has_no_room(id, &conversion.report.target);
        !(may_differ && told.contains(id))
    });
    Some(differences.map(|difference| spelled(tried, difference)).collect())
}

/// The document that was written, read again; `None` if nothing was.
fn written(tried: &Tried<'_>, format: Format, conversion: &Conversion) -> Option<Result<Document, String>> {
    let output = conversion.output.as_ref()?;
    if let Some(reason) = tried.refusal(format) {
        return Some(Err(format!("written, although it {reason}")));
    }
    Some(einv::read(output).map_err(|error| format!("the output cannot be read: {error}")))
}

/// What is wrong with a conversion that gave nothing.
fn refused(tried: &Tried<'_>, conversion: &Conversion) -> Vec<String> {
    let format = &conversion.report.target.format;
    let expected = tried.refusal(format.parse().expect("a format"));
    let named = conversion.report.open_losses(Grade::Meaning) > 0;
    match (expected, named) {
        (Some(_), true) => Vec::new(),
        (Some(reason), false) => vec![format!("{reason}, but no loss of grade meaning says so")],
        // A source that the rules reject may lack what the schema of the target demands.
        (None, _) if tried.sample.is_rejected() && breaks_schema(conversion) => Vec::new(),
        (None, _) => {
            let losses = conversion.report.losses.iter().filter(|loss| loss.grade == Grade::Meaning);
            let errors = conversion.report.findings.iter().filter(|f| f.severity == einv::Severity::Error);
            let reasons = losses.map(|loss| &loss.finding).chain(errors);
            let reasons: Vec<&str> = reasons.map(|finding| finding.message.as_str()).collect();
            vec![format!("not written as {format}: {}", reasons.join("; "))]
        }
    }
}

fn breaks_schema(conversion: &Conversion) -> bool {
    conversion.report.findings.iter().any(|finding| finding.code == "EINV-W04")
}

/// Through another format and back into its own it is the same invoice, or differs exactly in terms that the two
/// conversions report: every difference is told, and every content loss of a term is a difference.
pub(crate) fn there_and_back(tried: &Tried<'_>, format: Format) -> Verdict {
    if format == tried.sample.format() && tried.sample.syntax.is_written() {
        return None;
    }
    let there = tried.to(format);
    let Some(output) = &there.output else { return Some(refused(tried, there)) };
    if let Some(reason) = tried.refusal(format) {
        return Some(vec![format!("written as {format}, although it {reason}")]);
    }
    if !tried.sample.syntax.is_written() {
        return Some(there_only(tried, there, output));
    }
    let back = match convert(output, tried.sample.format()) {
        Ok(back) => back,
        Err(error) => return Some(vec![format!("what was written as {format} cannot be read: {error}")]),
    };
    let Some(bytes) = &back.output else {
        let reasons = refused(tried, &back).into_iter();
        return Some(reasons.map(|reason| format!("on the way back: {reason}")).collect());
    };
    let document = match einv::read(bytes) {
        Ok(document) => document,
        Err(error) => return Some(vec![format!("what came back from {format} cannot be read: {error}")]),
    };
    let differences = tried.document.same_invoice(&document);
    let mut wrong = untold(tried, &differences, &[there, &back]);
    wrong.extend(unfelt(tried, &differences, there));
    Some(wrong)
}

/// There is no way back into a syntax that is only read: what was written is read, and compared.
fn there_only(tried: &Tried<'_>, there: &Conversion, output: &[u8]) -> Vec<String> {
    let document = match einv::read(output) {
        Ok(document) => document,
        Err(error) => return vec![format!("what was written cannot be read: {error}")],
    };
    let differences = tried.document.same_invoice(&document);
    let mut wrong = untold(tried, &differences, &[there]);
    wrong.extend(unfelt(tried, &differences, there));
    wrong
}

/// Differences that no report mentions, neither by term nor by a group around it. A group whose only term was lost is gone,
/// so those behind it moved up: the same values in other places are told by the loss of a term beside them.
pub(crate) fn untold(tried: &Tried<'_>, differences: &[Difference], conversions: &[&Conversion]) -> Vec<String> {
    let told: BTreeSet<&str> = conversions.iter().flat_map(|conversion| mentioned(conversion)).flatten().collect();
    let terms = tried.document.terms();
    let by_name = |term: TermId| {
        let mut around = std::iter::successors(Some(term), |term| terms.get(*term).parent());
        around.any(|term| told.contains(terms.get(term).id()))
    };
    let by_move = |term: TermId| {
        let group = terms.get(term).parent();
        let beside =
            group.is_some_and(|group| terms.children(group).iter().any(|term| told.contains(terms.get(*term).id())));
        beside && has_moved(differences, term)
    };
    let untold = differences.iter().filter(|difference| !by_name(difference.term) && !by_move(difference.term));
    untold.map(|difference| spelled(tried, difference)).collect()
}

/// All differences of a term together are the same values in other places.
fn has_moved(differences: &[Difference], term: TermId) -> bool {
    let of_term = || differences.iter().filter(|difference| difference.term == term);
    let mut left: Vec<&String> = of_term().filter_map(|difference| difference.left.as_ref()).collect();
    let mut right: Vec<&String> = of_term().filter_map(|difference| difference.right.as_ref()).collect();
    left.sort();
    right.sort();
    left == right
}

/// Content losses of the writer whose term came back all the same.
fn unfelt(tried: &Tried<'_>, differences: &[Difference], there: &Conversion) -> Vec<String> {
    let terms = tried.document.terms();
    let differs = |id: &str| differences.iter().any(|difference| terms.get(difference.term).id() == id);
    let lost = there.report.losses.iter().filter(|loss| loss.grade == Grade::Content);
    let lost = lost.filter_map(|loss| loss.term.as_deref()).filter(|id| terms.find(id).is_some() && tried.has(id));
    lost.filter(|id| !differs(id)).map(|id| format!("{id} is reported as lost, but came back")).collect()
}

/// Terms that a conversion reports as lost, derived or changed; a message may name a second one.
pub(crate) fn mentioned(conversion: &Conversion) -> impl Iterator<Item = impl Iterator<Item = &str>> {
    let report = &conversion.report;
    let losses = report.losses.iter().map(|loss| &loss.finding);
    losses.chain(&report.derivations).chain(&report.changes).map(|finding| {
        let words = finding.message.split([' ', ',']).filter(|word| word.starts_with("BT-") || word.starts_with("BG-"));
        term_of(finding).into_iter().chain(words)
    })
}

/// `BT-10` of a finding about `BT-10 Buyer reference`.
fn term_of(finding: &Finding) -> Option<&str> {
    finding.term.as_deref().and_then(|term| term.split(' ').next())
}

fn spelled(tried: &Tried<'_>, difference: &Difference) -> String {
    let name = tried.document.terms().get(difference.term).label();
    format!("{name} ({}): {:?} became {:?}", difference.path, difference.left, difference.right)
}

/// Converting twice gives the same bytes; so does converting the output of a trip within the syntax once more.
pub(crate) fn stable(tried: &Tried<'_>) -> Verdict {
    let mut wrong = Vec::new();
    for (format, first) in &tried.conversions {
        let second = convert(&tried.sample.bytes, *format).ok().and_then(|conversion| conversion.output);
        if first.output != second {
            wrong.push(format!("a second conversion to {format} gives other bytes"));
        }
    }
    if let Some(output) = &tried.same().output {
        let again = convert(output, tried.sample.format()).ok().and_then(|conversion| conversion.output);
        if again.as_ref() != Some(output) {
            wrong.push("the output in the same syntax, converted once more, gives other bytes".to_owned());
        }
    }
    Some(wrong)
}

/// No output breaks the schema of its syntax. A source that receivers reject may lack what the schema demands.
pub(crate) fn structure(tried: &Tried<'_>) -> Verdict {
    if tried.sample.is_rejected() {
        return None;
    }
    let mut wrong = Vec::new();
    for (format, conversion) in &tried.conversions {
        for finding in conversion.report.findings.iter().filter(|finding| finding.code == "EINV-W04") {
            wrong.push(format!("to {format}: {} {:?} {:?}", finding.message, finding.found, finding.expected));
        }
    }
    Some(wrong)
}

/// The number of values of grade content and meaning that a conversion into the other syntax loses is the one that the
/// index counts, which knows the file and no target. So three rules of writing stand between:
///
/// - joined or summed occurrences are told as a change, not lost: the index counts all but the first (H6, H29, H33);
/// - a gross price that no discount explains has no place in UBL, although EN 16931 has it (H29);
/// - edition D16B of CII has room for one preceding invoice, EN 16931 for many (H11).
///
/// An invoice that is refused by name is not written, so there only what the reader finds of grade meaning is counted.
pub(crate) fn losses(tried: &Tried<'_>) -> Verdict {
    let row = tried.sample.row.as_ref()?;
    let (format, other) = tried.other();
    let meaning = tried.same().report.open_losses(Grade::Meaning);
    let mut wrong = Vec::new();
    if meaning != row.meaning {
        wrong.push(format!("{meaning} losses of grade meaning, the index counts {}", row.meaning));
    }
    if tried.refusal(format).is_some() {
        return Some(wrong);
    }
    let lost = other.report.losses.iter().filter(|loss| loss.grade != Grade::Technical);
    let lost: Vec<&str> = lost.map(|loss| loss.term.as_deref().unwrap_or_default()).collect();
    let narrow = lost.iter().filter(|id| has_no_room(id, &other.report.target)).count();
    let expected = (row.beyond + narrow).saturating_sub(merged(tried, other));
    if lost.len() != expected {
        wrong.push(format!("{} losses, expected {expected} (the index counts {})", lost.len(), row.beyond));
    }
    Some(wrong)
}

/// Terms of the standard that a target cannot hold in every case.
fn has_no_room(id: &str, target: &einv::Side) -> bool {
    match target.format.as_str() {
        "ubl" => id == "BT-148",
        _ => target.kind == "CII D16B" && ["BT-25", "BT-26"].contains(&id),
    }
}

/// How many values were joined to or summed up in another one.
fn merged(tried: &Tried<'_>, conversion: &Conversion) -> usize {
    let changes = conversion.report.changes.iter().filter_map(term_of);
    let ids: BTreeSet<&str> = changes.filter(|id| id.starts_with("BT-")).collect();
    ids.into_iter().map(|id| surplus(&tried.document, id)).sum()
}

/// Occurrences of a term that is joined or summed, but the first of each line.
fn surplus(document: &Document, id: &str) -> usize {
    let terms = document.terms();
    let Some(term) = terms.find(id) else { return 0 };
    if !matches!(terms.get(term).several(), einv::term::Several::Join | einv::term::Several::Sum) {
        return 0;
    }
    let nodes = document.nodes().filter(|&node| document.term_id(node) == Some(term));
    let values: Vec<_> = nodes.filter(|&node| document.standing(node) == Standing::Value).collect();
    let lines: BTreeSet<_> = values.iter().map(|&node| line_of(document, node)).collect();
    values.len() - lines.len()
}

fn line_of(document: &Document, node: einv::model::NodeId) -> Option<einv::model::NodeId> {
    let mut around = document.up(node);
    while let Some(group) = around {
        if document.term(group).is_some_and(|term| term.id() == "BG-25") {
            return Some(group);
        }
        around = document.up(group);
    }
    None
}
