/* Keys that come again and again, found by their bytes. Written as Python:
 *
 *     kept: dict[bytes, str] = {}      # of a fixed size: a later key takes
 *                                      # the place of an earlier one
 */
#include "decoder.h"

#define KEPT_KEYS 512
static PyObject *kept_keys[KEPT_KEYS];      /* owned; str, ASCII, interned */

PyObject *
plug_kept_key(const uint8_t *data, size_t size)
{
    uint32_t hash = (uint32_t)size;
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++) {
        hash = hash * 31 + data[i];
        all |= data[i];
    }
    if (all >= 0x80) {
        return NULL;
    }
    PyObject **kept = &kept_keys[(hash ^ hash >> 9) % KEPT_KEYS];
    if (*kept == NULL || (size_t)PyUnicode_GET_LENGTH(*kept) != size
        || memcmp(PyUnicode_1BYTE_DATA(*kept), data, size) != 0)
    {
        PyObject *text = PyUnicode_DecodeUTF8((const char *)data,
                                              (Py_ssize_t)size, "strict");
        if (text == NULL) {
            PyErr_Clear();
            return NULL;
        }
        PyUnicode_InternInPlace(&text);
        Py_XSETREF(*kept, text);
    }
    return Py_NewRef(*kept);
}

void
plug_forget_keys(void)
{
    for (size_t i = 0; i < KEPT_KEYS; i++) {
        Py_CLEAR(kept_keys[i]);
    }
}
