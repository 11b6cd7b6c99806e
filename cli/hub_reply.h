/* hub_reply.h - what a reply of the hub means, in its headers or its refusal.
 */
#ifndef SNT_HUB_REPLY_H
#define SNT_HUB_REPLY_H

#include "hub_http.h"

/** A server that asks for a longer wait than this is not waited for. */
enum { SNT_REPLY_LONGEST_S = 600 };

/** Fills what a request keeps of the reply that has just ended. */
void snt_reply_read(snt_request *request);

/** How long the server asks to wait, 0 when it does not. */
long snt_reply_wait_s(const snt_request *request);

/** Says why there is no body: EBUSY when trying again may help. */
sentiment_status snt_reply_refused(
    const snt_request *request, CURLcode result, long code,
    sentiment_error *err);

#endif
