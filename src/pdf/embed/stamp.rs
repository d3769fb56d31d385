//! A moment as PDFs and their metadata state it.

/// A moment, in both spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// `2026-03-02T14:30:00+01:00`
    iso: String,
}

impl Stamp {
    /// Out of `2026-03-02`, midnight in UTC, or `2026-03-02T14:30:00Z`.
    pub(crate) fn of(text: &str) -> Option<Stamp> {
        let text = text.trim();
        let iso = match text.contains('T') {
            true => chrono::DateTime::parse_from_rfc3339(text).ok()?,
            false => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc().into(),
        };
        Some(Stamp { iso: iso.format("%Y-%m-%dT%H:%M:%S%:z").to_string() })
    }

    /// As metadata state it.
    pub(super) fn iso(&self) -> &str {
        &self.iso
    }

    /// As dictionaries of a PDF state it: `D:20260302143000+01'00'`.
    pub(super) fn pdf(&self) -> Vec<u8> {
        let digits =
            |range: std::ops::Range<usize>| self.iso.get(range).unwrap_or_default().replace(['-', ':', 'T'], "");
        let zone = self.iso.get(19..).unwrap_or_default().replace(':', "'");
        format!("D:{}{zone}'", digits(0..19)).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_two_spellings() {
        let stamp = Stamp::of("2026-03-02T14:30:00+01:00").unwrap();
        assert_eq!((stamp.iso(), stamp.pdf()), ("2026-03-02T14:30:00+01:00", b"D:20260302143000+01'00'".to_vec()));
        let stamp = Stamp::of(" 2026-03-02 ").unwrap();
        assert_eq!((stamp.iso(), stamp.pdf()), ("2026-03-02T00:00:00+00:00", b"D:20260302000000+00'00'".to_vec()));
        assert_eq!(Stamp::of("2026-03-02T14:30:00Z").unwrap().iso(), "2026-03-02T14:30:00+00:00");
        for text in ["", "2026-02-30", "2026-03-02T14:30:00", "2. März 2026"] {
            assert_eq!(Stamp::of(text), None, "{text}");
        }
    }
}
