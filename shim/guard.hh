// guard.hh - the one way to write a function of the border: whatever C++ throws
// becomes a status and a line.
#ifndef SNT_GUARD_HH
#define SNT_GUARD_HH

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include <c10/util/Exception.h>

#include "sentiment/base.h"

namespace snt
{

// A failure that the caller can do something about.
struct Failure {
    sentiment_status status;
    char message[252];

    __attribute__((format(printf, 3, 4)))
    Failure(sentiment_status code, const char *format, ...)
        : status(code)
    {
        va_list args;

        va_start(args, format);
        std::vsnprintf(message, sizeof(message), format, args);
        va_end(args);
    }
};

inline sentiment_status report(
    sentiment_error *err, sentiment_status status, const char *message)
{
    if (!err)
        return status;
    err->status = status;
    std::snprintf(err->message, sizeof(err->message), "%s", message);
    err->message[std::strcspn(err->message, "\r\n")] = '\0';
    return status;
}

template <class Work>
sentiment_status guard(sentiment_error *err, Work work) noexcept
{
    try {
        work();
        return SENTIMENT_OK;
    } catch (const Failure &e) {
        return report(err, e.status, e.message);
    } catch (const std::bad_alloc &) {
        return report(err, SENTIMENT_ENOMEM, "out of memory");
    } catch (const c10::Error &e) {
        return report(err, SENTIMENT_EENGINE, e.what_without_backtrace());
    } catch (const std::exception &e) {
        return report(err, SENTIMENT_EENGINE, e.what());
    } catch (...) {
        return report(err, SENTIMENT_EENGINE, "unknown exception");
    }
}

} // namespace snt

#endif
