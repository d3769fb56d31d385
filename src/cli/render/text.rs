//! Texts of findings made fit to be shown: cut, hidden, harmless for a terminal.

use std::borrow::Cow;

use einv::Finding;

/// How much of a value is shown, in characters.
const VALUE: usize = 60;
/// How long a path may be before its middle is left out, in characters.
const PATH: usize = 100;

/// A text whose values stand in backticks: values cut, or hidden unless they are names out of `path`.
pub(super) fn words(text: &str, path: Option<&str>, values: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        match at % 2 {
            0 => out.push_str(&harmless(part)),
            _ => out.push_str(&quoted(part, values || is_name(part, path))),
        }
    }
    out
}

/// A value in backticks, cut, or `…` if values are hidden.
pub(super) fn quoted(value: &str, shown: bool) -> String {
    match shown {
        true => format!("`{}`", cut(&harmless(value), VALUE)),
        false => "`…`".to_owned(),
    }
}

/// An element or attribute that the path names is no value.
fn is_name(word: &str, path: Option<&str>) -> bool {
    let local = |name: &str| name.trim_start_matches('@').rsplit(':').next().map(str::to_owned);
    let step = |step: &str| step.split('[').next().map(str::to_owned);
    path.is_some_and(|path| path.split('/').skip(1).filter_map(step).any(|step| local(&step) == local(word)))
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// A value as it is shown in a column: harmless and cut.
pub(crate) fn value(text: &str) -> String {
    cut(&harmless(text), VALUE)
}

/// A text without characters that steer a terminal or turn the direction of writing.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    match text.contains(steers) {
        false => Cow::Borrowed(text),
        true => text
            .chars()
            .fold(String::new(), |out, c| if steers(c) { out + &escaped(c) } else { out + c.encode_utf8(&mut [0; 4]) })
            .into(),
    }
}

fn escaped(c: char) -> String {
    match c {
        '\t' => "    ".to_owned(),
        _ => c.escape_default().to_string(),
    }
}

/// A path, with `…` for the middle if it is long: the first step and as many of the last as fit.
pub(crate) fn path(path: &str) -> String {
    let path = harmless(path);
    if path.chars().count() <= PATH {
        return path.into_owned();
    }
    let steps: Vec<&str> = path.split('/').skip(1).collect();
    let first = steps.first().copied().unwrap_or_default();
    let mut room = PATH.saturating_sub(first.chars().count() + 3);
    let mut kept = Vec::new();
    for step in steps.iter().skip(1).rev() {
        let length = step.chars().count() + 1;
        if length > room && !kept.is_empty() {
            break;
        }
        room = room.saturating_sub(length);
        kept.push(*step);
    }
    kept.reverse();
    match kept.len() + 1 == steps.len() {
        true => path.into_owned(),
        false => format!("/{first}/…/{}", kept.join("/")),
    }
}

/// What was met: in words as the finding has it, or as a value in backticks.
pub(super) fn found(finding: &Finding, values: bool) -> Option<String> {
    let found = finding.found.as_deref()?;
    match is_worded(finding) {
        true => Some(words(found, place_path(finding), values)),
        false => Some(quoted(found, values)),
    }
}

/// True if `found` describes in words what was met and is not a value of the invoice itself.
pub(super) fn is_worded(finding: &Finding) -> bool {
    const WORDED: &[&str] = &["EINV-X", "EINV-P", "EINV-R01", "EINV-R06", "EINV-R09", "EINV-R10"];
    let quotes = finding.found.as_deref().is_some_and(|found| found.contains('`'));
    quotes || WORDED.iter().any(|family| finding.code.starts_with(family))
}

pub(super) fn place_path(finding: &Finding) -> Option<&str> {
    finding.place.as_ref()?.path.as_deref()
}

/// A count and what is counted: `1 term`, `2 terms`.
pub(crate) fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_cut_and_hidden_but_names_of_the_path_stay() {
        let long = "x".repeat(70);
        assert_eq!(words(&format!("value `{long}`"), None, true), format!("value `{}…`", "x".repeat(59)));
        assert_eq!(words("`ram:Name` holds `Jo`", Some("/a/b/Name[2]"), false), "`ram:Name` holds `…`");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\\nc");
        assert_eq!(harmless("Größe"), "Größe");
    }

    #[test]
    fn a_long_path_keeps_its_ends() {
        let long = "/CrossIndustryInvoice/SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem[2]/SpecifiedTradeProduct/BrandName";
        let short = "/CrossIndustryInvoice/…/IncludedSupplyChainTradeLineItem[2]/SpecifiedTradeProduct/BrandName";
        assert_eq!(path(long), short);
        assert_eq!(path("/Invoice/cbc:ID"), "/Invoice/cbc:ID");
    }
}
