//! Where the invoice lines stand in a tape: nearly all of a long invoice, so that whatever looks for something else
//! leaps over them in one step, instead of waiting for memory at each.

use super::node::Node;

/// The groups of invoice lines that stand together, from the first one on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lines {
    /// The first one.
    pub(crate) first: usize,
    /// The node behind the last one; 0 if nobody knows.
    pub(crate) behind: usize,
    pub(crate) count: u32,
    /// Some line may have no values of several terms, or stands apart from the others, or in one of them.
    thin: bool,
}

impl Lines {
    /// True if lines begin at this node, and whoever leaps to `behind` has passed lines only.
    #[inline]
    pub(crate) fn begin_at(&self, node: usize) -> bool {
        node == self.first && node < self.behind
    }

    /// True unless every line is known to have values of several terms.
    pub(crate) fn may_be_thin(&self) -> bool {
        self.behind == 0 || self.thin
    }

    /// From here on, nobody knows how much each line says.
    pub(super) fn doubt(&mut self) {
        self.thin = true;
    }

    /// Takes note of a line at this node, which ends where the nodes end.
    #[inline]
    pub(super) fn add(&mut self, at: usize, nodes: &[Node]) {
        if self.count == 0 || at < self.first {
            // The first one, or one that has those so far in it.
            *self = Lines { first: at, behind: at, count: 0, ..*self };
        }
        if at == self.behind {
            self.behind = nodes.len();
            self.count += 1;
        }
        self.thin |= self.behind != nodes.len() || is_thin(&nodes[at + 1..]);
    }

    /// The same lines after nodes were put in: they begin at this node.
    pub(super) fn again_from(self, first: usize, nodes: &[Node]) -> Lines {
        let (mut behind, mut count) = (first, 0);
        let is_line = |node: &&Node| node.is_group() && node.name == nodes[first].name;
        while let Some(node) = nodes.get(behind).filter(is_line) {
            behind = node.extent as usize;
            count += 1;
        }
        Lines { first, behind, count, thin: self.thin }
    }
}

/// True if there are no values of several terms. Nearly always the first two tell.
fn is_thin(nodes: &[Node]) -> bool {
    let mut names = nodes.iter().filter(|node| node.is_value()).map(|node| node.name);
    let first = names.next();
    names.all(|name| Some(name) == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Flags;

    const LINE: u16 = 1;

    /// Reads a tape: `(` and `)` around a line, a letter for a value, `-` for a node that counts for nothing.
    fn read(text: &str) -> Lines {
        let (mut nodes, mut open, mut lines) = (Vec::new(), Vec::new(), Lines::default());
        for letter in text.bytes() {
            if letter == b')' {
                let at: usize = open.pop().unwrap();
                lines.add(at, &nodes);
                continue;
            }
            let (name, flags) = match letter {
                b'(' => (LINE, Flags::GROUP),
                b'-' => (2, Flags::FIXED),
                _ => (u16::from(letter), Flags::TERM),
            };
            if letter == b'(' {
                open.push(nodes.len());
            }
            nodes.push(Node { name, row: 0, flags, span: 0, start: 0, extent: 0 });
        }
        lines
    }

    #[test]
    fn lines_that_stand_together_are_one_stretch() {
        for (text, stretch, thin) in [
            ("ab", (0, 0, 0), true),
            ("a(bc)d", (1, 4, 1), false),
            ("a(bc)(-b-cc)d", (1, 10, 2), false),
            ("a(bc)(bb)(bc)", (1, 10, 3), true),
            ("a(bc)()", (1, 5, 2), true),
            ("a(bc)d(bc)", (1, 4, 1), true),
            ("(ab(cd))(ef)", (0, 9, 2), false),
            ("(ab)(cd(ef))(gh)", (0, 12, 3), true),
        ] {
            let lines = read(text);
            assert_eq!((lines.first, lines.behind, lines.count), stretch, "{text}");
            assert_eq!(lines.may_be_thin(), thin, "{text}");
            assert_eq!(lines.begin_at(lines.first), stretch.2 > 0, "{text}");
        }
    }
}
