#ifndef DIAG_CZLIB_SHIM_H
#define DIAG_CZLIB_SHIM_H

#include <zlib.h>

// inflateInit2 is a macro with a sizeof in it, which does not import. 16 asks for gzip's framing alone.
static inline int diag_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}

#endif
