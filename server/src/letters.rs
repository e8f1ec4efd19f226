//! Letters that can be read out and typed: of order numbers and of the codes that pair a screen.

use boothpay_store::StoreError;

/// No 0 O, no 1 I L.
pub(crate) const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// So many letters by chance. Bytes that would favour some letters are drawn again.
pub(crate) fn draw(count: usize) -> Result<String, StoreError> {
    let mut drawn = String::with_capacity(count);
    while drawn.len() < count {
        let mut byte = [0_u8];
        getrandom::fill(&mut byte).map_err(|_| StoreError::Bug)?;
        if let [byte] = byte
            && let Some(letter) = ALPHABET.get(usize::from(byte % 32))
        {
            drawn.push(char::from(*letter));
        }
    }
    Ok(drawn)
}
