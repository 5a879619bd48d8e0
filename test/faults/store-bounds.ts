/** How large the rows may become together, in bytes: less than all texts, so that some are dropped. */
export const MOST_BYTES = 1_000_000;
/** What the files may have at any time: the rows, and what is in the -wal file until it is moved over. */
export const MOST_ON_DISK = MOST_BYTES + 12_000_000;
