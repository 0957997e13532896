#ifndef DIAG_CZLIB_SHIM_H
#define DIAG_CZLIB_SHIM_H

#include <zlib.h>

#endif
