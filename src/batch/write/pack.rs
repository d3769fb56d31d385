//! Into one zip or tar: written beside, renamed when whole. Threads deflate, one of them at a time appends.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::order::Ordered;
use super::zip::{Packed, ZipWriter};
use super::{Place, Trouble};
use crate::batch::archive::Kind;
use crate::batch::files;
use crate::batch::walk::TEMPORARY;
use crate::finding::{FILE, Finding};

/// An archive that becomes OUT.
pub(in crate::batch) struct Pack {
    path: PathBuf,
    kind: Kind,
    force: bool,
    durable: bool,
    order: Ordered<Item, Open>,
}

/// An entry, ready to be appended.
enum Item {
    Zip(Packed),
    Tar(PathBuf, Vec<u8>),
}

type Target = BufWriter<NamedTempFile>;

/// The archive as far as it is written.
enum Open {
    Zip(ZipWriter<Target>),
    Tar(tar::Builder<Target>),
}

impl Pack {
    pub(in crate::batch) fn new(path: &Path, kind: Kind, force: bool, durable: bool) -> Result<Pack, Finding> {
        if !force && std::fs::symlink_metadata(path).is_ok() {
            let finding = Finding::new(FILE, "this file exists already and is kept");
            return Err(files::about(finding.help("add --force to overwrite it"), path));
        }
        let open = Open::new(path, kind).map_err(|error| unwritable(path, &error))?;
        Ok(Pack { path: path.to_owned(), kind, force, durable, order: Ordered::new(open) })
    }

    pub(super) fn put(&self, place: Place<'_>, bytes: Option<&[u8]>) -> Result<(), Trouble> {
        let item = bytes.map(|bytes| Item::new(place.path, bytes, self.kind)).transpose();
        let put = item.and_then(|item| self.order.put(place.turn, item, |open, item| open.append(&item)));
        put.map_err(|error| Trouble::Lasting(unwritable(&self.path, &error)))
    }

    pub(super) fn give_up(&self) {
        self.order.give_up();
    }

    pub(super) fn finish(self) -> Result<(), Finding> {
        let Pack { path, force, durable, order, .. } = self;
        let finish = || {
            let file = order.into_sink().finish()?;
            if durable {
                file.as_file().sync_all()?;
            }
            let kept = if force { file.persist(&path) } else { file.persist_noclobber(&path) };
            kept.map(|_| ()).map_err(|error| error.error)
        };
        finish().map_err(|error| unwritable(&path, &error))
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Finding {
    files::about(files::unwritable("the archive", error), path)
}

impl Item {
    fn new(path: &Path, bytes: &[u8], kind: Kind) -> io::Result<Item> {
        match kind {
            Kind::Zip => Packed::new(path, bytes).map(Item::Zip),
            _ => Ok(Item::Tar(path.to_owned(), bytes.to_vec())),
        }
    }
}

impl Open {
    fn new(path: &Path, kind: Kind) -> io::Result<Open> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = BufWriter::with_capacity(1 << 17, builder.tempfile_in(folder)?);
        Ok(match kind {
            Kind::Zip => Open::Zip(ZipWriter::new(file, tempfile::tempfile_in(folder)?)),
            _ => Open::Tar(tar::Builder::new(file)),
        })
    }

    fn append(&mut self, item: &Item) -> io::Result<()> {
        match (self, item) {
            (Open::Zip(zip), Item::Zip(packed)) => zip.append(packed),
            (Open::Tar(tar), Item::Tar(path, bytes)) => {
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes.len() as u64);
                header.set_mode(0o644);
                tar.append_data(&mut header, path, bytes.as_slice())
            }
            _ => Ok(()),
        }
    }

    fn finish(self) -> io::Result<NamedTempFile> {
        let target = match self {
            Open::Zip(zip) => zip.finish()?,
            Open::Tar(tar) => tar.into_inner()?,
        };
        target.into_inner().map_err(io::IntoInnerError::into_error)
    }
}
