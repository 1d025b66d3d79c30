// A library that is no plugin.
#include "qualia_snn/core/api.h"

extern "C" QUALIA_SNN_API int something_else() { return 1; }
