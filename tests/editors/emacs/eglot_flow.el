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

(defun flow-undo-refused ()
  "What is said of taking back where no server is, and where it is another one."
  (condition-case problem
      (progn (countersign-eglot-undo) "")
    (error (error-message-string problem))))

(condition-case problem
    (progn
      (flow-open)
      (flow-note 'undo_without_server (flow-undo-refused))
      (apply #'eglot (eglot--guess-contact))
      (flow-wait "the server" #'eglot-current-server)
      (cl-letf (((eglot--capabilities (eglot-current-server)) '(:executeCommandProvider (:commands ["clangd.applyFix"]))))
        (flow-note 'undo_with_another (flow-undo-refused)))
      (flow-run)
      (flow-end))
  (error (flow-fail "%S" problem)))
;;; eglot_flow.el ends here
