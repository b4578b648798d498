// Routes: the sources and outputs of an rtpsfu, and which output takes from which source.
//
// Sources of one track are its layers: the largest that is alive is taken. Thread: any; its lock is
// never taken on the way of a packet. Owner: the element.
#pragma once

#include <gst/gst.h>

#include <map>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "base/ref.hpp"
#include "output.hpp"
#include "source.hpp"

namespace parlour::sfu {

class Routes {
 public:
  /// A source and its pad.
  struct Member {
    Ref<GstPad> pad;
    std::shared_ptr<Source> source;
  };

  explicit Routes(std::shared_ptr<Housekeeping> housekeeping)
      : housekeeping_(std::move(housekeeping)) {}

  /// `number`: in the pad's name. False where it is taken.
  bool addSource(guint number, GstPad* pad, std::shared_ptr<Source> source);
  bool addOutput(guint number, std::shared_ptr<Output> output);
  /// The next number that is free.
  guint nextSource() const;
  guint nextOutput() const;
  void removeSource(const Source& source);
  void removeOutput(const Output& output);
  /// The pads are about to go by themselves.
  void clear();

  /// A track, a layer or an output's choice changed: gives every output its source.
  void rematch();
  /// Ends every output if there are sources and all of them have ended.
  void endIfAllEnded();
  std::vector<Member> sources() const;

  /// Housekeeping, once per tick: finds out which layers are alive. True where it matters, so that
  /// it should be called again.
  bool watchLayers();

 private:
  struct SourceEntry {
    GstPad* pad = nullptr;  ///< The element owns it.
    std::shared_ptr<Source> source;
    uint64_t packetsBefore = 0;
    uint32_t silentTicks = kSilentTicks;
  };
  /// Ticks without a packet after which a layer counts as stopped.
  static constexpr uint32_t kSilentTicks = 10;

  void rematchLocked() REQUIRES(mutex_);
  std::shared_ptr<Source> bestOfLocked(uint32_t track) REQUIRES(mutex_);

  const std::shared_ptr<Housekeeping> housekeeping_;
  mutable Mutex mutex_;
  std::map<guint, SourceEntry> sources_ GUARDED_BY(mutex_);
  std::map<guint, std::shared_ptr<Output>> outputs_ GUARDED_BY(mutex_);
  bool layersMatter_ GUARDED_BY(mutex_) = false;
};

}  // namespace parlour::sfu
