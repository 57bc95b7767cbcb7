//! Upper-casing UTF-8, as Unicode has it. Twin: `c-reference/upper.h`.

/// The text in upper case, or, if the bytes are not UTF-8, how many of them were before that.
///
/// A letter may grow: ß becomes SS, as in Python. (C's `towupper` gives one letter for one, so ß stays.)
///
/// ```
/// use sockstep::program::upper;
///
/// assert_eq!(upper("straße".as_bytes()), Ok(b"STRASSE".to_vec()));
/// assert_eq!(upper(b"caf\xe9"), Err(3));
/// ```
pub fn upper(bytes: &[u8]) -> Result<Vec<u8>, usize> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_uppercase().into_bytes()),
        Err(e) => Err(e.valid_up_to()),
    }
}
