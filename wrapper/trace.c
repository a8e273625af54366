/* The wrapper's own lines in the three-layer log. Written as Python:
 *
 *     def trace_line(file, ident, message):
 *         if tracing:
 *             env.log_msg(f"{file}\t{message}", TRACE, ident)
 */
#include "wrapper.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_SIZE 1024
#define SHOWN_SIZE 160

static int tracing;

void
plug_trace(int32_t on)
{
    tracing = on != 0;
}

void
plug_trace_flush(void)
{
    if (tracing) {
        plug_flush();
    }
}

/* At most `end` bytes of a longer text in UTF-8, without half a character. */
static size_t
whole_characters(const char *text, size_t end)
{
    while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80) {
        end--;
    }
    return end;
}

void
plug_trace_line(const char *file, int32_t ident, const char *format, ...)
{
    if (!tracing) {
        return;
    }
    char line[LINE_SIZE];
    int used = snprintf(line, sizeof(line), "%s\t", file);
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(line + used, sizeof(line) - (size_t)used, format,
                         arguments);
    va_end(arguments);
    if (more < 0) {
        return;
    }
    size_t size = (size_t)(used + more);
    if (size >= sizeof(line)) {
        size = whole_characters(line, sizeof(line) - 1);
    }
    se2_log_msg(line, (uint32_t)size, PLUG_LOG_TRACE, ident);
}

int
plug_trace_cut(const char *text, uint32_t size)
{
    return size <= SHOWN_SIZE ? (int)size
         : (int)whole_characters(text, SHOWN_SIZE);
}

const char *
plug_trace_rest(const char *text, uint32_t size)
{
    return (uint32_t)plug_trace_cut(text, size) < size ? "…" : "";
}
