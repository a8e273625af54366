/* The compressor that packs the standard library's image at build time.
 *
 * It is built from the pinned zstd, for wasm, like everything else: what it
 * writes does not depend on the machine. Written as Python:
 *
 *     def input(size): return address of `size` bytes for a block
 *     def encode(size, is_quick): return size of the compressed block, or 0
 *     def output(): return address of the compressed block
 */
#include <stddef.h>
#include <stdlib.h>

#define ZSTD_STATIC_LINKING_ONLY
#include "zstd.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Packed once, unpacked at every start: take all the time there is. */
#define LEVEL 22

/* Long matches and plain literals are unpacked in 18 ms where 50 imports took
   26: most of it runs before the engine has optimised anything. They are a
   tenth larger. */
#define QUICK_MATCH 5

static struct {
    unsigned char *input;
    unsigned char *output;
} encoder;

EXPORT("input") unsigned char *
input(size_t size)
{
    free(encoder.input);
    encoder.input = malloc(size);
    return encoder.input;
}

static size_t
compress(size_t size, size_t bound, int is_quick)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    if (context == NULL) {
        return 0;
    }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
    if (is_quick) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, QUICK_MATCH);
        ZSTD_CCtx_setParameter(context, ZSTD_c_literalCompressionMode,
                               ZSTD_ps_disable);
    }
    size_t written = ZSTD_compress2(context, encoder.output, bound,
                                    encoder.input, size);
    ZSTD_freeCCtx(context);
    return ZSTD_isError(written) ? 0 : written;
}

EXPORT("encode") size_t
encode(size_t size, int is_quick)
{
    size_t bound = ZSTD_compressBound(size);
    free(encoder.output);
    encoder.output = malloc(bound);
    return encoder.output == NULL ? 0 : compress(size, bound, is_quick);
}

EXPORT("output") unsigned char *
output(void)
{
    return encoder.output;
}
