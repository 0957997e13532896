#ifndef DIAG_CHIREDIS_SHIM_H
#define DIAG_CHIREDIS_SHIM_H

#include <hiredis/hiredis.h>
#include <hiredis/read.h>

#endif
