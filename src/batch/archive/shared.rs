//! One open file that many threads read, each at its own position.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// A part of a file. Clones share the descriptor.
#[derive(Debug, Clone)]
pub(super) struct Part {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Part {
    /// The whole file.
    pub(super) fn whole(file: File) -> io::Result<Part> {
        let end = file.metadata()?.len();
        Ok(Part { file: Arc::new(file), at: 0, end })
    }

    /// `length` bytes from `at`, or as many as there are.
    pub(super) fn part(&self, at: u64, length: u64) -> Part {
        Part { file: Arc::clone(&self.file), at, end: at.saturating_add(length).min(self.end) }
    }

    pub(super) fn len(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// Exactly these bytes.
    pub(super) fn exactly<const N: usize>(&self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.part(at, N as u64).read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.len().min(buffer.len() as u64) as usize;
        let read = read_at(&self.file, &mut buffer[..most], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
