//! A list of what is told, which a hostile document cannot make long.

use std::ops::Deref;

/// A list that keeps no more than a number of entries, and one beyond, which shows that there are more.
#[derive(Debug, Clone)]
pub(crate) struct AtMost<T> {
    kept: Vec<T>,
    most: usize,
}

impl<T> AtMost<T> {
    /// An empty list for so many entries.
    pub(crate) fn new(most: usize) -> AtMost<T> {
        AtMost { kept: Vec::new(), most }
    }

    /// Adds an entry, if there is room.
    pub(crate) fn push(&mut self, entry: T) {
        if !self.is_over() {
            self.kept.push(entry);
        }
    }

    /// Takes back all but the first entries.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.kept.truncate(length);
    }

    /// True if there was more than there is room for.
    pub(crate) fn is_over(&self) -> bool {
        self.kept.len() > self.most
    }
}

impl<T> Deref for AtMost<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.kept
    }
}

impl<T> IntoIterator for AtMost<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_beyond_shows_that_there_are_more() {
        let mut list = AtMost::new(2);
        (0..2).for_each(|entry| list.push(entry));
        assert!(!list.is_over());
        (2..9).for_each(|entry| list.push(entry));
        assert!(list.is_over());
        assert_eq!(list[..], [0, 1, 2]);
        list.truncate(1);
        assert_eq!(list.into_iter().collect::<Vec<_>>(), [0]);
    }
}
