//! Invoices of any length, from a sample of `corpus/`: its first line, repeated.

/// Syntax of a generated invoice.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Syntax {
    /// UN/CEFACT CII.
    Cii,
    /// UBL 2.1.
    Ubl,
}

impl Syntax {
    fn sample(self) -> &'static str {
        match self {
            Syntax::Cii => include_str!("../corpus/cii/en16931/consulting.xml"),
            Syntax::Ubl => include_str!("../corpus/ubl/en16931/consulting.xml"),
        }
    }

    fn line_element(self) -> &'static str {
        match self {
            Syntax::Cii => "ram:IncludedSupplyChainTradeLineItem",
            Syntax::Ubl => "cac:InvoiceLine",
        }
    }
}

/// The sample with so many invoice lines.
pub(crate) fn with_lines(syntax: Syntax, lines: usize) -> String {
    let sample = without_comments(syntax.sample());
    let (open, close) = (format!("<{}>", syntax.line_element()), format!("</{}>", syntax.line_element()));
    let start = sample.find(&open).expect("the sample has a line");
    let first_end = sample.find(&close).expect("the sample's line ends") + close.len();
    let last_end = sample.rfind(&close).expect("the sample's last line ends") + close.len();
    let line = &sample[start..first_end];
    let mut text = String::with_capacity(sample.len() + lines * (line.len() + 8));
    text.push_str(&sample[..start]);
    for _ in 0..lines {
        text.push_str(line);
        text.push_str("\n    ");
    }
    text.push_str(&sample[last_end..]);
    text
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before.trim_end_matches(' '));
        rest = after.split_once("-->").map_or("", |(_, rest)| rest.trim_start());
    }
    kept.push_str(rest);
    kept
}
