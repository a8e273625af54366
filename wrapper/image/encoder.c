/* The compressor that packs the standard library's image at build time.
 *
 * It is built from the pinned zstd, for wasm, like everything else: what it
 * writes does not depend on the machine. Written as Python:
 *
 *     def input(size): return address of `size` bytes for a block
 *     def encode(size): return size of the compressed block, or 0
 *     def output(): return address of the compressed block
 */
#include <stddef.h>
#include <stdlib.h>

#include "zstd.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Packed once, unpacked at every start: take all the time there is. */
#define LEVEL 22

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

EXPORT("encode") size_t
encode(size_t size)
{
    size_t bound = ZSTD_compressBound(size);
    free(encoder.output);
    encoder.output = malloc(bound);
    if (encoder.output == NULL) {
        return 0;
    }
    size_t written = ZSTD_compress(encoder.output, bound,
                                   encoder.input, size, LEVEL);
    return ZSTD_isError(written) ? 0 : written;
}

EXPORT("output") unsigned char *
output(void)
{
    return encoder.output;
}
