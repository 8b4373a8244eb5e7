;;; eglot_flow.el --- The way of flow.el with eglot  -*- lexical-binding: t -*-

;;; Code:

(load (expand-file-name "tests/editors/emacs/flow.el" (getenv "FLOW_REPOSITORY")) nil t)
(load (expand-file-name "editors/emacs/countersign-eglot.el" (getenv "FLOW_REPOSITORY")) nil t)

(cl-defmethod eglot-handle-notification :before (_server (_method (eql window/showMessage)) &key message &allow-other-keys)
  (push message flow-messages))

(setq countersign-command (list (getenv "COUNTERSIGN") "lsp")
      flow-actions (lambda () (eglot-code-actions (point) nil nil t))
      flow-undo-command #'countersign-eglot-undo
      flow-server #'eglot-current-server
      flow-idle (lambda ()
                  (when (bound-and-true-p eglot--managed-mode)
                    (eglot--signal-textDocument/didChange))))

(condition-case problem
    (progn
      (flow-open)
      (apply #'eglot (eglot--guess-contact))
      (flow-wait "the server" #'eglot-current-server)
      (flow-run)
      (flow-end))
  (error (flow-fail "%S" problem)))
;;; eglot_flow.el ends here
