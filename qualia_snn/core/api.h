#pragma once

/// Marks a class or function that other shared objects (programs, tests, plugins) may use.
#define QUALIA_SNN_API __attribute__((visibility("default")))
