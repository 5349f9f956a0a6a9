//! The strings that the sheets of a workbook share.

/// Strings one after the other; cells refer to them by index.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// The buffer for the next string.
    pub(crate) fn open(&mut self) -> &mut String {
        &mut self.text
    }

    /// Ends the string that was written.
    pub(crate) fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(&self.text[start..end])
    }
}
