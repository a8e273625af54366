/* The decompressor that the standard library's image carries with it.
 *
 * Written as Python:
 *
 *     def input(size): return address of `size` bytes for a compressed block
 *     def decode(size, decoded_size): return address of the decoded block, or 0
 *
 * Both buffers belong to this module and live until the next call of the
 * function that returned them. There is no import: nothing here can reach out.
 */
#include <stddef.h>
#include <stdlib.h>

#include "zstd.h"

#define EXPORT(name) __attribute__((export_name(name)))

static struct {
    ZSTD_DCtx *context;
    unsigned char *input;
    unsigned char *output;
} decoder;

EXPORT("input") unsigned char *
input(size_t size)
{
    free(decoder.input);
    decoder.input = malloc(size);
    return decoder.input;
}

/* 0 when the block is damaged, or not `decoded_size` bytes long. */
EXPORT("decode") unsigned char *
decode(size_t size, size_t decoded_size)
{
    if (decoder.context == NULL) {
        decoder.context = ZSTD_createDCtx();
    }
    free(decoder.output);
    decoder.output = malloc(decoded_size);
    if (decoder.context == NULL || decoder.output == NULL) {
        return NULL;
    }
    size_t written = ZSTD_decompressDCtx(decoder.context,
                                         decoder.output, decoded_size,
                                         decoder.input, size);
    return written == decoded_size ? decoder.output : NULL;
}
