/* The tags of the wire. src/bridge/tags.ts has the same numbers; a test
 * compares the two. */
#ifndef PLUG_TAGS_H
#define PLUG_TAGS_H

#define TAG_DATETIME 0
#define TAG_EPOCH 1
#define TAG_BIGNUM 2
#define TAG_NEGATIVE_BIGNUM 3
#define TAG_DECIMAL 4
#define TAG_EXPECT_BASE64URL 21
#define TAG_EXPECT_BASE64 22
#define TAG_EXPECT_BASE16 23
#define TAG_EMBEDDED 24
#define TAG_URI 32
#define TAG_UUID 37
#define TAG_UINT8 64
#define TAG_UINT8_CLAMPED 68
#define TAG_UINT16 69
#define TAG_UINT32 70
#define TAG_UINT64 71
#define TAG_INT8 72
#define TAG_INT16 77
#define TAG_INT32 78
#define TAG_INT64 79
#define TAG_FLOAT32 85
#define TAG_FLOAT64 86
#define TAG_SET 258
#define TAG_DURATION 1002
#define TAG_DATE 1004
#define TAG_COMPLEX 43000
#define TAG_SPECIAL_DECIMAL 0x70790000
#define TAG_NAIVE_DATETIME 0x70790001
#define TAG_TIME 0x70790002
#define TAG_PYTHON_OBJECT 0x70790003
#define TAG_HOST_OBJECT 0x70790004
#define TAG_HOST_ERROR 0x70790005
#define TAG_PYTHON_ERROR 0x70790006
#define TAG_ATTACHED 0x70790007

#endif /* PLUG_TAGS_H */
