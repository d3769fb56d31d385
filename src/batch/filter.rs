//! `--include` and `--exclude`.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::finding::{ARGUMENTS, Finding};

/// Which paths below the inputs are inputs.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    pub(super) fn new(include: &[String], exclude: &[String]) -> Result<Filter, Finding> {
        let included = (!include.is_empty()).then(|| set(include)).transpose()?;
        Ok(Filter { include: included, exclude: set(exclude)? })
    }

    /// Whether a file is an input.
    pub(super) fn takes(&self, below: &Path) -> bool {
        self.include.as_ref().is_none_or(|set| set.is_match(below)) && !self.exclude.is_match(below)
    }

    /// Whether a directory is left out with all that is in it.
    pub(super) fn leaves_out(&self, below: &Path) -> bool {
        self.exclude.is_match(below)
    }
}

/// A pattern without a slash fits the name alone, in any directory; capitals do not count.
fn set(patterns: &[String]) -> Result<GlobSet, Finding> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let whole = match pattern.trim_end_matches('/') {
            name if !name.contains('/') => format!("**/{name}"),
            path => path.trim_start_matches("./").to_owned(),
        };
        let glob = GlobBuilder::new(&whole).literal_separator(true).case_insensitive(true).build();
        set.add(glob.map_err(|error| wrong(pattern, &error))?);
    }
    set.build().map_err(|error| wrong(&patterns.join(", "), &error))
}

fn wrong(pattern: &str, error: &globset::Error) -> Finding {
    Finding::new(ARGUMENTS, format!("the pattern cannot be read: {}", error.kind())).found(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_anywhere_and_paths_from_the_input() {
        let list = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>();
        let filter = Filter::new(&list(&["*.pdf", "2025/**/*.xml"]), &list(&["old"])).unwrap();
        let takes = |path| filter.takes(Path::new(path));
        assert!(takes("a/b/c.PDF") && takes("2025/01/a.xml") && takes("2025/a.xml"));
        assert!(!takes("a.xml") && !takes("2024/a.xml"));
        assert!(filter.leaves_out(Path::new("2025/old")) && !filter.leaves_out(Path::new("2025/older")));
        assert!(Filter::new(&list(&["a{"]), &[]).is_err());
    }
}
