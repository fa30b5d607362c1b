//! A part in the making in one of the other forms.

use super::{
    draft::Draft,
    folder::Folder,
    form::{Form, Piece},
    parquet,
    shard::FormPart,
    tree::Tree,
};
use crate::error::{Error, Result};

/// A part in the making in one form.
pub(super) struct Output {
    form: Form,
    content: Content,
}

enum Content {
    File(Draft),
    Rows(Draft, Vec<Vec<String>>),
    Folder(Tree),
}

impl Output {
    pub(super) fn new(folder: &Folder, form: Form) -> Result<Self> {
        let content = match form {
            Form::Parquet => Content::Rows(folder.draft()?, Vec::new()),
            Form::Brat => Content::Folder(folder.tree()?),
            _ => {
                let mut file = folder.draft()?;
                file.write(form.header().as_bytes())?;
                Content::File(file)
            }
        };
        Ok(Self { form, content })
    }

    /// Takes a record in.
    pub(super) fn add(&mut self, piece: Piece) -> Result<()> {
        match (&mut self.content, piece) {
            (Content::File(file), Piece::Text(text)) => file.write(text.as_bytes()),
            (Content::Rows(_, rows), Piece::Cells(cells)) => {
                rows.push(cells);
                Ok(())
            }
            (Content::Folder(tree), Piece::Files(files)) => tree.add(&files),
            _ => unreachable!("a form makes pieces of its own kind"),
        }
    }

    /// Makes it durable and gives it its name.
    pub(super) fn finish(self, folder: &Folder, number: usize) -> Result<FormPart> {
        let file = self.form.file(number);
        let to = folder.result(&file);
        let finished = match self.content {
            Content::File(draft) => draft.finish(&to)?,
            Content::Rows(mut draft, rows) => {
                let table = parquet::table(&rows)
                    .map_err(|_| Error::report(&to, "the rows cannot be written as Parquet"))?;
                draft.write(&table)?;
                draft.finish(&to)?
            }
            Content::Folder(tree) => tree.finish(&to)?,
        };
        Ok(FormPart {
            form: self.form,
            file,
            bytes: finished.bytes,
            digest: finished.digest,
        })
    }
}
