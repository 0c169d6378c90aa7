//! What the office takes away on paper and as workbooks.

pub mod roster;
pub mod table;
pub mod xlsform;
