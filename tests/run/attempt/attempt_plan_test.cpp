// What becomes of a URL after each attempt: which is its own, where the next one is, and how long
// that may take.
#include "run/attempt/attempt_plan.hpp"

#include "run/keeper/processor_hogs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Next = AttemptPlan::Next;
using Place = AttemptPlan::Place;
using Report = AttemptPlan::Report;

/// What is told, and what it must lead to.
struct Step {
  std::chrono::milliseconds at;  ///< from the URL's start
  Report report;
  Next next;
  Place place = Place::company;
  std::chrono::milliseconds deadline{10'000};  ///< from the URL's start
};

struct Story {
  std::string name;
  int retries;
  std::vector<Step> steps;
};

Report failed(errc code) {
  Report report;
  report.error = code;
  return report;
}

Report in_company(errc code) {
  Report report = failed(code);
  report.in_company = true;
  return report;
}

Report lost(bool shown) {
  Report report = in_company(errc::download);
  report.lost_document = shown;
  return report;
}

Report doubtful() {
  Report report;
  report.doubtful = true;
  return report;
}

Report silent(errc code) {
  Report report = in_company(code);
  report.browser_silent = true;
  return report;
}

std::vector<Story> stories() {
  const Report ok;
  return {
      {"done", 0, {{1s, ok, Next::end}}},
      {"a server that refuses",
       1,
       {{1s, failed(errc::connect_error), Next::after_a_pause},
        {2s, failed(errc::connect_error), Next::end}}},
      {"no name", 5, {{1s, failed(errc::dns_error), Next::end}}},
      {"past its time", 5, {{10s, failed(errc::connect_error), Next::end}}},
      {"hung alone", 5, {{10s, failed(errc::page_hung), Next::end}}},
      {"hung in company, and innocent",
       0,
       {{3s, in_company(errc::page_hung), Next::at_once, Place::apart, 13s},
        {5s, ok, Next::end, Place::apart, 13s}}},
      {"hung in company and apart",
       3,
       {{3s, in_company(errc::page_hung), Next::at_once, Place::apart, 13s},
        {11s, failed(errc::page_hung), Next::end, Place::apart, 13s}}},
      {"hung in company later: no time without end",
       0,
       {{8s, in_company(errc::page_hung), Next::at_once, Place::apart, 13s}}},
      {"not even read at its deadline", 0, {{11s, in_company(errc::page_hung), Next::end}}},
      {"its retries are not touched by that",
       1,
       {{3s, in_company(errc::page_hung), Next::at_once, Place::apart, 13s},
        {4s, failed(errc::connect_error), Next::after_a_pause, Place::apart, 13s},
        {5s, failed(errc::connect_error), Next::end, Place::apart, 13s}}},
      {"crashed in company: counts while there are retries",
       1,
       {{1s, in_company(errc::page_crashed), Next::at_once, Place::apart, 11s},
        {2s, failed(errc::page_crashed), Next::end, Place::apart, 11s}}},
      {"crashed in company: never the last word",
       0,
       {{1s, in_company(errc::page_crashed), Next::at_once, Place::apart, 11s},
        {2s, failed(errc::page_crashed), Next::end, Place::apart, 11s}}},
      {"crashed alone",
       1,
       {{1s, failed(errc::page_crashed), Next::after_a_pause},
        {2s, failed(errc::page_crashed), Next::end}}},
      {"a document lost with its process", 0, {{1s, lost(true), Next::at_once, Place::apart, 11s}}},
      {"a download", 0, {{1s, lost(false), Next::end}}},
      {"after another page", 0, {{1s, doubtful(), Next::at_once}, {2s, ok, Next::end}}},
      {"after another page, too late", 0, {{10s, doubtful(), Next::end}}},
      {"browsers die",
       5,
       {{1s, failed(errc::browser_crashed), Next::after_a_pause},
        {2s, failed(errc::browser_crashed), Next::after_a_pause, Place::alone},
        {3s, failed(errc::browser_crashed), Next::poison, Place::alone}}},
      {"browsers fall silent, twice for free",
       0,
       {{5s, silent(errc::browser_crashed), Next::at_once, Place::company, 13s},
        {11s, silent(errc::nav_timeout), Next::at_once, Place::company, 13s},
        {12s, silent(errc::nav_timeout), Next::end, Place::company, 13s}}},
  };
}

TEST(AttemptPlan, SaysWhatComesNext) {
  for (const Story& story : stories()) {
    const AttemptPlan::Clock::time_point start{1h};
    AttemptPlan plan({10s, story.retries}, start);
    for (const Step& step : story.steps) {
      SCOPED_TRACE(story.name + " at " + std::to_string(step.at.count()));
      EXPECT_EQ(plan.take(step.report, start + step.at), step.next);
      EXPECT_EQ(plan.place(), step.place);
      EXPECT_EQ(plan.deadline() - start, step.deadline);
    }
  }
}

TEST(AttemptPlan, KeepsInMindWhenItsOwnTimeIsOver) {
  const AttemptPlan::Clock::time_point start{1h};
  AttemptPlan plan({10s, 0}, start);
  EXPECT_EQ(plan.own_deadline(), plan.deadline());
  plan.take(in_company(errc::page_hung), start + 3s);
  EXPECT_EQ(plan.own_deadline() - start, 10s);
  EXPECT_EQ(plan.deadline() - start, 13s);
}

TEST(AttemptPlan, WhatThePageBeforeMayHaveDoneIsDoneAfresh) {
  const AttemptPlan::Clock::time_point start{1h};
  AttemptPlan plan({10s, 0}, start);
  EXPECT_FALSE(plan.afresh());
  plan.take(doubtful(), start + 1s);
  EXPECT_TRUE(plan.afresh());
  EXPECT_EQ(plan.own_attempts(), 0);
}

}  // namespace
}  // namespace cdp
