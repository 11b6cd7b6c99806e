/* assets.c - see assets.h. The numbers come from build/embed/. */
#include "assets.h"

#include <string.h>

static const unsigned char index_html[] = {
#include <index.html.inc>
};

static const unsigned char page_css[] = {
#include <page.css.inc>
};

static const unsigned char page_js[] = {
#include <page.js.inc>
};

static const unsigned char openapi_json[] = {
#include <openapi.json.inc>
};

#define ASSET(path, type, array)                                               \
    {                                                                          \
        path, type, (const char *)array, sizeof(array)                         \
    }

static const snt_asset assets[] = {
    ASSET("/", "text/html; charset=utf-8", index_html),
    ASSET("/page.css", "text/css; charset=utf-8", page_css),
    ASSET("/page.js", "text/javascript; charset=utf-8", page_js),
    ASSET("/openapi.json", "application/json", openapi_json),
};

const snt_asset *snt_asset_find(const char *path)
{
    for (size_t i = 0; i < sizeof(assets) / sizeof(*assets); i++)
        if (!strcmp(assets[i].path, path))
            return &assets[i];
    return NULL;
}
