// The HTTP API's resources, one file each (docs/protocol.md, "HTTP"). Thread: control.
#pragma once

#include <functional>

#include "auth/auth.hpp"
#include "call/service.hpp"
#include "signalling/admission.hpp"
#include "signalling/metrics.hpp"
#include "signalling/router.hpp"

namespace parlour::signalling {

/// What the resources work with; everything outlives the routes.
struct ApiParts {
  call::Service& calls;
  auth::Authenticator& auth;
  Admission& admission;
  Metrics& metrics;
};

/// /healthz, /readyz
void addHealthRoutes(Router& router, const ApiParts& parts);
/// /metrics; not on the public listener where there is a metrics one.
void addMetricsRoute(Router& router, const ApiParts& parts, bool onPublic);
/// /v1/rooms, /v1/rooms/{room}
void addRoomRoutes(Router& router, const ApiParts& parts);
/// /v1/rooms/{room}/graph
void addGraphRoute(Router& router, const ApiParts& parts);
/// /v1/rooms/{room}/stats
void addStatsRoute(Router& router, const ApiParts& parts);
/// /v1/rooms/{room}/moderate
void addModerateRoute(Router& router, const ApiParts& parts);

/// `handler`, for those alone who may use the API: everybody on the admin socket, elsewhere the
/// bearer of an admin token. Others are answered 401, 403 or 429.
Handler forAdmins(const ApiParts& parts, Handler handler);
/// The room of the request's path; null: answered 404.
room::Room* roomOf(Exchange& exchange, call::Service& calls);

}  // namespace parlour::signalling
