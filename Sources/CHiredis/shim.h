#ifndef DIAG_CHIREDIS_SHIM_H
#define DIAG_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

// The stack of read tasks is a C array inside the struct: Swift would import it as a tuple, without an index.

/// The length that the unfinished bulk string on top of the reader's stack announces; -1 when there is none or its
/// line has not arrived. The reader has taken the `$` off already and waits at the digits until all has come.
static inline long long diag_redis_announced_length(const redisReader *reader) {
    if (reader->err != 0 || reader->ridx < 0 || reader->rstack[reader->ridx].type != REDIS_REPLY_STRING) return -1;
    long long length = 0;
    size_t position = reader->pos;
    for (; position < reader->len; position++) {
        char digit = reader->buf[position];
        if (digit == '\r') return position == reader->pos ? -1 : length;
        if (digit < '0' || digit > '9') return -1;
        // Long before it could overflow: nothing that large is waited for.
        if (length < (1LL << 50)) length = length * 10 + (digit - '0');
    }
    return -1;
}

#endif
