#include "protocol/registry.hpp"

#include "protocol/browser.hpp"
#include "protocol/dom.hpp"
#include "protocol/dom_storage.hpp"
#include "protocol/emulation.hpp"
#include "protocol/fetch.hpp"
#include "protocol/headless_experimental.hpp"
#include "protocol/network.hpp"
#include "protocol/page.hpp"
#include "protocol/print.hpp"
#include "protocol/runtime.hpp"
#include "protocol/target.hpp"

namespace cdp::protocol {
namespace {

template <class T>
std::vector<std::string_view> names() {
  return std::apply(
      [](const auto&... field) { return std::vector<std::string_view>{field.name...}; },
      T::fields());
}

template <class T>
Used describe() {
  if constexpr (Command<T>) {
    return {UsedKind::command, T::method, names<T>(), names<typename T::Result>()};
  } else if constexpr (Event<T>) {
    return {UsedKind::event, T::event, names<T>(), {}};
  } else {
    return {UsedKind::type, T::type_name, names<T>(), {}};
  }
}

template <class... T>
std::vector<Used> describe_all() {
  return {describe<T>()...};
}

}  // namespace

std::vector<Used> used_protocol() {
  return describe_all<
      browser::GetVersion, browser::Close, browser::SetDownloadBehavior, browser::CancelDownload,
      browser::DownloadWillBegin, browser::DownloadProgress, browser::PermissionDescriptor,
      browser::SetPermission,  //
      target::TargetInfo, target::FilterEntry, target::SetAutoAttach, target::CreateTarget,
      target::CloseTarget, target::GetTargets, target::DetachFromTarget,
      target::CreateBrowserContext, target::DisposeBrowserContext, target::AttachedToTarget,
      target::DetachedFromTarget,  //
      network::Enable, network::Request, network::Response, network::RequestWillBeSent,
      network::ResponseReceived, network::LoadingFinished, network::LoadingFailed,
      network::WebSocketCreated, network::WebSocketClosed, network::SetBypassServiceWorker,
      network::SetExtraHttpHeaders, network::CookieParam,
      network::SetBlockedUrls,  //
      emulation::SetFocusEmulationEnabled, emulation::SetUserAgentOverride,
      emulation::SetDeviceMetricsOverride, emulation::SetLocaleOverride,
      emulation::SetTimezoneOverride, security::SetIgnoreCertificateErrors,  //
      fetch::RequestPattern, fetch::Enable, fetch::FailRequest, fetch::ContinueRequest,
      fetch::HeaderEntry, fetch::AuthChallengeResponse, fetch::ContinueWithAuth,
      fetch::AuthChallenge, fetch::RequestPaused, fetch::AuthRequired,
      storage::SetCookies,  //
      dom::Node, dom::DescribeNode, dom::ResolveNode, dom_snapshot::RareStringData,
      dom_snapshot::NodeTreeSnapshot, dom_snapshot::DocumentSnapshot, dom_snapshot::CaptureSnapshot,
      dom_storage::Enable, dom_storage::StorageId, dom_storage::ItemAdded,  //
      runtime::CallArgument, runtime::CallFunctionOn, runtime::AwaitPromise, runtime::ReleaseObject,
      page::Enable, page::SetLifecycleEventsEnabled, page::AddScriptToEvaluateOnNewDocument,
      page::Navigate, page::ResetNavigationHistory, page::NavigationEntry,
      page::GetNavigationHistory, page::FrameAttached, page::FrameDetached, page::StopLoading,
      page::CreateIsolatedWorld, page::HandleJavaScriptDialog, page::Frame, page::FrameNavigated,
      page::NavigatedWithinDocument, page::FrameStoppedLoading, page::FrameRequestedNavigation,
      page::FrameScheduledNavigation, page::FrameClearedScheduledNavigation,
      page::DownloadWillBegin, page::LifecycleEvent, page::JavascriptDialogOpening,
      page::WindowOpen, page::Viewport, page::Rect, page::GetLayoutMetrics, page::CaptureScreenshot,
      page::PrintToPdf, inspector::TargetCrashed,
      headless_experimental::BeginFrame,  //
      runtime::RunIfWaitingForDebugger, runtime::TerminateExecution, runtime::GetHeapUsage,
      runtime::RemoteObject, runtime::ExceptionDetails, runtime::Evaluate>();
}

}  // namespace cdp::protocol
