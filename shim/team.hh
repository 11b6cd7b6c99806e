// team.hh - a team and how many threads of it a pass may use.
#ifndef SNT_TEAM_HH
#define SNT_TEAM_HH

#include <algorithm>
#include <cstddef>

#include "team.h"

namespace snt
{

struct Threads {
    snt_team *team = nullptr;
    size_t n = 1; // 1: the owner alone, and the team is not looked at

    // Parts of so many units: more than threads, since one may come late.
    size_t parts(size_t units) const
    {
        return n == 1 ? 1 : std::max<size_t>(1, std::min(units, 2 * n));
    }

    // Calls work(part, first, last) for parts of the units [0, units).
    template <class Work> void share(size_t units, const Work &work) const
    {
        struct Job {
            const Work &work;
            size_t units, parts;
        } job = {work, units, parts(units)};

        if (job.parts == 1)
            return work(0, 0, units);
        snt_team_run(
            team, job.parts,
            [](void *arg, size_t i) {
                const Job &j = *static_cast<Job *>(arg);

                j.work(i, i * j.units / j.parts, (i + 1) * j.units / j.parts);
            },
            &job);
    }
};

} // namespace snt

#endif
